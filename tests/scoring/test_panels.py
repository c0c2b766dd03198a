"""What members of a fusion made of their turns, on records small enough to count by hand."""

from support.episodes import EpisodeBuilder
from support.scores import scores_of

from wardian.base.fused import Answer, AnswerState, DecidedBy, Decision, FusionResult
from wardian.base.messages import Message, ToolCall
from wardian.episodes.record import Episode
from wardian.scoring.result import Result
from wardian.scoring.score import Score, Scored
from wardian.scoring.trajectory import TrajectoryScorer


def proposes(seat: str, action: str, state: AnswerState = "ok", round_: int = 0) -> Answer:
    """A member that would call the tool `action`, or say it when it ends with a point."""
    calls = () if action.endswith(".") else (ToolCall(id="c", name=action),)
    message = Message(role="assistant", content=action if not calls else "", tool_calls=calls)
    return Answer(
        seat=seat, model=seat, state=state, message=message, key=action if state == "ok" else "", round=round_
    )


def fused(winner: str, *answers: Answer, degraded: tuple[str, ...] = (), by: DecidedBy = "vote") -> FusionResult:
    return FusionResult(
        name="fusion/panel",
        mode_requested="vote",
        mode_executed="vote",
        status="degraded" if degraded else "ok",
        degraded=degraded,
        answers=answers,
        decision=Decision(by=by, winner=winner),
    )


def turn(winner: str, *actions: str, degraded: tuple[str, ...] = ()) -> FusionResult:
    """All members answered, `a` first."""
    answers = [proposes(seat, action) for seat, action in zip("abcd", actions, strict=False)]
    return fused(winner, *answers, degraded=degraded)


async def scores(builder: EpisodeBuilder, *turns: FusionResult) -> dict[str, Score]:
    return await scores_of(decided(builder.done(), turns))


def decided(episode: Episode, turns: tuple[FusionResult, ...]) -> Episode:
    """The same where its turns were decided by a fusion."""
    fusions = iter(turns)
    events = [
        event.model_copy(update={"completion": event.completion.model_copy(update={"fusion": next(fusions)})})
        if event.kind == "asked"
        else event
        for event in episode.events
    ]
    return episode.model_copy(update={"events": tuple(events)})


async def test_without_a_fusion_there_is_nothing_to_say() -> None:
    found = await scores_of(EpisodeBuilder().call("look").done())
    names = ("tool_agreement_rate", "dissent_correct_rate", "fusion_changed_action_rate", "inclusion_rate")
    assert [found[name].value for name in (*names, "degraded_rate")] == [None] * 5


async def test_members_agree_on_tools_when_all_who_answered_propose_the_same() -> None:
    turns = turn("a", "look", "look", "look"), turn("a", "pay", "pay", "look"), turn("a", "Done.", "Well.")
    score = (await scores(EpisodeBuilder().call("look").call("pay").say("Done."), *turns))["tool_agreement_rate"]
    assert (score.value, score.evidence) == (0.5, (2,)), "where nobody calls a tool, texts may differ"


async def test_who_has_not_answered_neither_agrees_nor_dissents() -> None:
    cut = fused("a", proposes("a", "look"), proposes("b", "look"), proposes("c", "pay", "cancelled"))
    alone = fused("a", proposes("a", "pay"))
    found = await scores(EpisodeBuilder().call("look").call("pay"), cut, alone)
    assert found["tool_agreement_rate"].value == 1.0
    assert found["dissent_correct_rate"].value is None
    assert found["fusion_changed_action_rate"].value == 0.0


async def test_a_dissent_was_right_when_it_was_done_later_and_answered() -> None:
    turns = turn("a", "pay", "pay", "look"), turn("a", "look", "look", "ship"), turn("c", "pay", "look", "pay")
    builder = EpisodeBuilder().call("pay", error="not_found").call("look").call("pay")
    score = (await scores(builder, *turns))["dissent_correct_rate"]
    assert (score.value, score.evidence) == (1 / 3, (0,)), (
        "look was right at the first turn; ship and look came to nothing"
    )


async def test_a_dissent_that_was_done_later_and_refused_was_not_right() -> None:
    turns = turn("a", "pay", "look"), turn("a", "look", "look")
    builder = EpisodeBuilder().call("pay").call("look", error="not_found")
    assert (await scores(builder, *turns))["dissent_correct_rate"].value == 0.0


async def test_what_a_union_calls_is_no_dissent() -> None:
    united = fused("", proposes("a", "look"), proposes("b", "find"), by="union")
    found = await scores(EpisodeBuilder().call("look").call("find", together=True), united)
    assert found["dissent_correct_rate"].value is None
    assert found["fusion_changed_action_rate"].value == 1.0


async def test_a_fusion_changes_an_action_when_the_first_member_alone_would_have_done_another() -> None:
    broken = fused("b", proposes("a", "pay", "invalid"), proposes("b", "pay"), proposes("c", "pay"))
    turns = turn("b", "look", "pay", "pay"), turn("a", "look", "look"), broken
    score = (await scores(EpisodeBuilder().call("pay").call("look").call("pay"), *turns))["fusion_changed_action_rate"]
    assert (score.value, score.evidence) == (0.5, (0,))


async def test_inclusion_is_told_member_by_member() -> None:
    late = fused("a", proposes("a", "look"), proposes("b", "look", "cancelled"), proposes("c", "x", "skipped_budget"))
    score = (await scores(EpisodeBuilder().call("look").call("look"), late, turn("a", "look", "look")))[
        "inclusion_rate"
    ]
    assert (score.value, score.explanation) == (0.75, "a 2/2, b 1/2")


async def test_the_result_of_an_episode_knows_the_inclusion_of_each_member() -> None:
    late = fused("a", proposes("a", "look"), proposes("b", "look", "cancelled"), proposes("c", "x", "skipped_budget"))
    episode = decided(EpisodeBuilder().call("look").call("look").done(), (late, turn("a", "look", "look")))
    scored = Scored(episode=episode, scores=await TrajectoryScorer().score(episode))
    assert Result.of(scored).inclusion == {"a": 1.0, "b": 0.5}


async def test_later_rounds_of_a_debate_are_no_first_proposals() -> None:
    debated = fused("a", proposes("a", "look"), proposes("b", "pay"), proposes("b", "look", round_=1))
    assert (await scores(EpisodeBuilder().call("look"), debated))["tool_agreement_rate"].value == 0.0


async def test_degraded_turns_say_why() -> None:
    turns = turn("a", "look", "look", degraded=("quorum_missed",)), turn("a", "look", "look")
    score = (await scores(EpisodeBuilder().call("look").call("look"), *turns))["degraded_rate"]
    assert (score.value, score.evidence, score.explanation) == (0.5, (0,), "quorum_missed 1")
