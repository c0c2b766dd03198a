"""What the page shows of an episode."""

import orjson
from support.episodes import EpisodeBuilder, spec, update
from support.reported import scored, slipped, solved

from wardian.base.analysis import Analysis
from wardian.base.completion import Completion
from wardian.base.fused import Answer, Decision, FusionResult, Verdict
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import CallTiming
from wardian.episodes.record import Asked, Episode, Said
from wardian.reports.failures.diagnoses import Diagnosed
from wardian.reports.page.trajectory import ShownChange, ShownSymptom, Trajectory, trajectory_of
from wardian.scoring.failures.diagnosis import diagnose


def shown_of(episode: Episode) -> Trajectory:
    return trajectory_of(Diagnosed(scored(episode), diagnose(episode), referenced=False))


def with_event(event: Asked | Said) -> Episode:
    return solved("a", "t").model_copy(update={"events": (event,)})


def answer(**fields: object) -> Completion:
    message = Message(role="assistant", content="Yes.", reasoning="Hm.")
    return Completion.model_validate({"message": message, "finish": "stop", "model": "m", **fields})


def test_every_event_is_a_step_at_its_position() -> None:
    record = scored(slipped("a", "t"))
    shown = trajectory_of(Diagnosed(record, diagnose(record.episode), referenced=False))
    assert [step.kind for step in shown.steps[:4]] == ["policy", "user", "agent", "tool"]
    assert len(shown.steps) == len(record.episode.events)
    (made_up,) = [score.evidence for score in shown.scores if score.metric == "ungrounded_args"]
    assert [shown.steps[position].arguments for position in made_up] == ['{"order_id": "W777"}'] * 2


def test_a_call_has_what_was_asked_answered_and_changed() -> None:
    shown = shown_of(solved("a", "t"))
    write = shown.steps[5]
    assert (write.name, write.changed, write.error, write.turn) == ("change_address", True, None, 2)
    assert orjson.loads(write.arguments) == {"order_id": "W1", "street": "1 New Road"}
    assert write.changes == (ShownChange("orders", "W1", "street", "update", '"9 Old Lane"', '"1 New Road"'),)


def test_the_worlds_own_time_is_shown_where_an_answer_tells_it() -> None:
    steps = shown_of(solved("a", "t")).steps
    assert [step.now for step in steps if step.kind == "tool"] == ["2026-03-02T09:15", None]
    for text in ('["now"]', '{"now": 5}', 'it is "now"'):
        told = EpisodeBuilder(spec()).call("look", {}, text).done()
        assert shown_of(told).steps[1].now is None


def test_large_numbers_in_changes_keep_their_digits() -> None:
    change = update("t", "k", "c", 2**60 + 1)
    episode = EpisodeBuilder(spec()).call("write", changes=(change,)).done()
    assert shown_of(episode).steps[1].changes[0].after == "1152921504606846977"


def test_a_fused_answer_says_who_proposed_what_and_what_decided() -> None:
    pay = ToolCall(id="c", name="pay", arguments='{"n": 1}')
    told = Message(role="assistant", content="Wait,\nplease.")
    answers = (
        Answer(seat="a", model="a", state="ok", message=told),
        Answer(seat="b", model="b", state="ok", message=Message(role="assistant", tool_calls=(pay,))),
        Answer(seat="c", model="c", state="cancelled"),
        Answer(seat="judge/1", model="j", role="judge", state="ok", message=Message(role="assistant", content="B")),
    )
    fusion = FusionResult(
        name="fusion/f",
        mode_requested="best_of",
        mode_executed="best_of",
        status="degraded",
        degraded=("quorum_missed",),
        answers=answers,
        decision=Decision(by="judge", winner="b", share=0.5),
    )
    (step,) = shown_of(with_event(Asked(turn=1, completion=answer(fusion=fusion)))).steps
    assert step.notes == ("decided by judge, 50% of the votes", "degraded: quorum_missed")
    assert step.panel.splitlines() == [
        "  a: Wait, please.",
        '> b: pay {"n": 1}',
        "  c [cancelled]: no answer",
        "  judge/1 (judge): B",
    ]
    (plain,) = shown_of(with_event(Asked(turn=1, completion=answer()))).steps
    assert (plain.notes, plain.panel) == ((), "")


def test_what_a_judge_said_of_letters_is_told_of_seats() -> None:
    said = Message(role="assistant", content='{"ranking": ["B", "A"]}')
    verdicts = Verdict(shown=("b", "a"), ranking=("a", "b")), Verdict(shown=("a", "b"))
    decision = Decision(by="judge", winner="a", verdicts=verdicts, analysis=Analysis(consensus=("yes",)))
    fusion = FusionResult(
        name="fusion/f",
        mode_requested="best_of",
        mode_executed="best_of",
        answers=(Answer(seat="judge/1", model="j", role="judge", state="ok", message=said),),
        decision=decision,
    )
    (step,) = shown_of(with_event(Asked(turn=1, completion=answer(fusion=fusion)))).steps
    assert step.panel.splitlines() == [
        '  judge/1 (judge): {"ranking": ["B", "A"]}',
        "  ranked 1: a > b (shown as b, a)",
        "  ranked 2: no verdict could be read (shown as a, b)",
        '  analysis: {"consensus":["yes"]}',
    ]


def test_an_answer_says_what_was_special_about_it() -> None:
    timing = CallTiming(cached=True, hedged=True)
    asked = Asked(turn=1, completion=answer(simulated=True, finish="length", timing=timing), at_s=1.5, seconds=0.5)
    (step,) = shown_of(with_event(asked)).steps
    assert (step.reasoning, step.at_s, step.seconds) == ("Hm.", 1.5, 0.5)
    assert step.notes == ("simulated", "from the reply cache", "a second request was sent", "ended by length")


def test_a_user_whom_a_model_spoke_for_and_who_changed_something_is_told() -> None:
    said = Said(speaker="user", text="So.", voiced=(answer(),), changes=(update("t", "k", "c", 1),))
    (step,) = shown_of(with_event(said)).steps
    assert (step.kind, step.changed, step.notes) == ("user", True, ("a model spoke for the user: m",))


def test_what_broke_an_episode_is_told() -> None:
    shown = shown_of(EpisodeBuilder(spec()).user("Hello").broken("provider"))
    assert shown.failure == "provider: timeout: it broke"
    assert (shown.checks, shown.scores) == ((), ())


def test_what_detectors_found_is_told_with_its_steps() -> None:
    assert ShownSymptom("hallucinated_id(order_id)", "get_order", (5, 7)) in shown_of(slipped("a", "t")).symptoms
    assert shown_of(solved("a", "t")).symptoms == ()
