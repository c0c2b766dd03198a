"""What the page shows of an episode."""

import orjson
from support.episodes import EpisodeBuilder, spec, update
from support.reported import scored, slipped, solved

from wardian.base.messages import CallTiming, Completion, Message
from wardian.episodes.record import Asked, Episode, Said
from wardian.reports.page.trajectory import ShownChange, trajectory_of


def with_event(event: Asked | Said) -> Episode:
    return solved("a", "t").model_copy(update={"events": (event,)})


def answer(**fields: object) -> Completion:
    message = Message(role="assistant", content="Yes.", reasoning="Hm.")
    return Completion.model_validate({"message": message, "finish": "stop", "model": "m", **fields})


def test_every_event_is_a_step_at_its_position() -> None:
    record = scored(slipped("a", "t"))
    shown = trajectory_of(record)
    assert [step.kind for step in shown.steps[:4]] == ["policy", "user", "agent", "tool"]
    assert len(shown.steps) == len(record.episode.events)
    evidence = [position for score in shown.scores for position in score.evidence]
    assert evidence
    assert {shown.steps[position].kind for position in evidence} == {"tool"}


def test_a_call_has_what_was_asked_answered_and_changed() -> None:
    shown = trajectory_of(scored(solved("a", "t")))
    write = shown.steps[5]
    assert (write.name, write.changed, write.error, write.turn) == ("change_address", True, None, 2)
    assert orjson.loads(write.arguments) == {"order_id": "W1", "street": "1 New Road"}
    assert write.changes == (ShownChange("orders", "W1", "street", "update", '"9 Old Lane"', '"1 New Road"'),)


def test_the_worlds_own_time_is_shown_where_an_answer_tells_it() -> None:
    steps = trajectory_of(scored(solved("a", "t"))).steps
    assert [step.now for step in steps if step.kind == "tool"] == ["2026-03-02T09:15", None]
    for text in ('["now"]', '{"now": 5}', 'it is "now"'):
        told = EpisodeBuilder(spec()).call("look", {}, text).done()
        assert trajectory_of(scored(told)).steps[1].now is None


def test_large_numbers_in_changes_keep_their_digits() -> None:
    change = update("t", "k", "c", 2**60 + 1)
    episode = EpisodeBuilder(spec()).call("write", changes=(change,)).done()
    assert trajectory_of(scored(episode)).steps[1].changes[0].after == "1152921504606846977"


def test_an_answer_says_what_was_special_about_it() -> None:
    timing = CallTiming(cached=True, hedged=True)
    asked = Asked(turn=1, completion=answer(simulated=True, finish="length", timing=timing), at_s=1.5, seconds=0.5)
    (step,) = trajectory_of(scored(with_event(asked))).steps
    assert (step.reasoning, step.at_s, step.seconds) == ("Hm.", 1.5, 0.5)
    assert step.notes == ("simulated", "from the reply cache", "a second request was sent", "ended by length")


def test_a_user_whom_a_model_spoke_for_and_who_changed_something_is_told() -> None:
    said = Said(speaker="user", text="So.", voiced=(answer(),), changes=(update("t", "k", "c", 1),))
    (step,) = trajectory_of(scored(with_event(said))).steps
    assert (step.kind, step.changed, step.notes) == ("user", True, ("a model spoke for the user: m",))


def test_what_broke_an_episode_is_told() -> None:
    shown = trajectory_of(scored(EpisodeBuilder(spec()).user("Hello").broken("provider")))
    assert shown.failure == "provider: timeout: it broke"
    assert (shown.checks, shown.scores) == ((), ())
