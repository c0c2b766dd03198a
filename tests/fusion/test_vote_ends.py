"""When a vote is over, and who decides where it does not."""

import asyncio
import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.judges import ScriptedJudge, prefers
from support.members import Speaker
from support.panels import RunVirtual, fusion_of, record, why

from wardian.base.completion import Completion
from wardian.base.fused import Answer
from wardian.base.messages import Message, Request, ToolSchema
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count, Foregone
from wardian.specs.fusion.member import MemberSpec

REQUEST = Request(model="fusion/panel", messages=(Message(role="user", content="?"),))


def voted(run_virtual: RunVirtual, *speakers: Speaker, others: tuple[Any, ...] = (), **said: Any) -> Completion:
    async def main() -> Completion:
        return await fusion_of("fusion/panel", speakers, *others, mode="vote", **said).complete(REQUEST)

    answer: Completion = run_virtual(main())
    return answer


def test_a_leader_that_cannot_be_overtaken_ends_the_vote(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a"), Speaker("b", after_s=2.0), (slow := Speaker("c", "no", after_s=60.0))
    result = record(voted(run_virtual, *speakers))
    assert (result.ended, result.elapsed_s, slow.cut_off) == ("decided", 2.0, 1)
    assert [answer.state for answer in result.answers] == ["ok", "ok", "cancelled"]
    assert (result.status, result.decision and result.decision.by) == ("ok", "agreement")


def test_a_heavy_voice_may_still_overtake(run_virtual: RunVirtual) -> None:
    specs = ["a", "b", {"model": "c", "weight": 2}]
    speakers = Speaker("a"), Speaker("b", after_s=2.0), Speaker("c", "no", after_s=60.0)
    result = record(voted(run_virtual, *speakers, specs=specs))
    assert (result.ended, result.elapsed_s) == ("settled", 60.0)


def test_a_required_voice_is_heard_even_when_the_vote_is_decided(run_virtual: RunVirtual) -> None:
    specs = ["a", "b", {"model": "c", "required": True}]
    speakers = Speaker("a"), Speaker("b"), Speaker("c", "no", after_s=9.0)
    assert record(voted(run_virtual, *speakers, specs=specs)).elapsed_s == 9.0


def test_a_share_that_the_rest_could_bring_down_is_not_decided(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a"), Speaker("b"), Speaker("c", "no", after_s=9.0)
    result = record(voted(run_virtual, *speakers, min_share=0.9))
    assert (result.ended, result.decision and result.decision.by) == ("settled", "prior")


def test_nor_is_one_at_a_turn_with_tools(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a"), Speaker("b"), Speaker("c", "no", after_s=9.0)
    tool = ToolSchema(name="f", description="", parameters={"type": "object"})

    async def main() -> Completion:
        request = REQUEST.model_copy(update={"tools": (tool,)})
        return await fusion_of("f", speakers, mode="vote", min_share=0.9).complete(request)

    result = record(run_virtual(main()))
    assert (result.ended, result.elapsed_s, result.decision and result.decision.by) == ("settled", 9.0, "prior")


VOTES = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from([0.1, 0.5, 1.0, 2.0]), st.sampled_from(["ok", "error"])),
    min_size=2,
    max_size=5,
)


@given(VOTES, st.integers(0, 4), st.sampled_from([0.0, 0.5, 0.7]))
def test_what_is_foregone_stays_so_whatever_comes(
    votes: list[tuple[str, float, Any]], known: int, min_share: float
) -> None:
    answers = [
        Answer(seat=str(place), model="m", state=state, weight=weight, key=key if state == "ok" else "")
        for place, (key, weight, state) in enumerate(votes)
    ]
    seats = [Seat(each.seat, Speaker("m"), MemberSpec(model="m", weight=each.weight), "") for each in answers]
    so_far, rest = answers[:known], answers[known:]
    if not so_far or not Foregone(seats, min_share)(so_far, len(rest)):
        return
    winner = Count([each for each in so_far if each.ok]).leader.key
    for keys in itertools.product(["x", "y", "z", "new", None], repeat=len(rest)):
        later = [
            each.model_copy(update={"key": key, "state": "ok"}) for each, key in zip(rest, keys, strict=True) if key
        ]
        count = Count([each for each in so_far if each.ok] + later)
        assert count.leader.key == winner
        assert count.won(min_share)


def tie() -> tuple[Speaker, Speaker, Speaker]:
    return Speaker("a", "left"), Speaker("b", "right"), Speaker("c", kind="overloaded")


def test_a_tie_is_decided_by_the_order_of_the_config(run_virtual: RunVirtual) -> None:
    answer = voted(run_virtual, *tie())
    assert answer.message.content == "left"
    assert why(answer).by == "prior"


def test_a_tie_goes_to_the_judge(run_virtual: RunVirtual) -> None:
    judge = ScriptedJudge(prefers("right"))
    answer = voted(run_virtual, *tie(), others=(judge,), undecided="judge", judge="judge")
    decision = why(answer)
    assert (answer.message.content, decision.by, decision.winner) == ("right", "judge", "b")
    assert len(decision.votes) == 2


def test_the_judge_sees_only_those_between_whom_it_is_not_decided(run_virtual: RunVirtual) -> None:
    judge = ScriptedJudge(prefers("right"))
    speakers = (
        *(Speaker(name, "left") for name in "ab"),
        *(Speaker(name, "right") for name in "cd"),
        Speaker("e", "odd"),
    )
    voted(run_virtual, *speakers, others=(judge,), undecided="judge", judge="judge")
    assert judge.asked
    assert not any("odd" in request.messages[-1].content for request in judge.asked)


def test_a_tie_is_escalated(run_virtual: RunVirtual) -> None:
    strong = Speaker("strong", "middle")
    answer = voted(run_virtual, *tie(), others=(strong,), undecided="escalate", escalate_to="strong")
    decision = why(answer)
    assert (answer.message.content, decision.by, decision.winner) == ("middle", "escalation", "strong")
    assert [each.round for each in record(answer).answers] == [0, 0, 0, 1]
    assert answer.cost_usd == 1.5


def test_who_is_escalated_to_and_fails_leaves_it_to_the_order_of_the_config(run_virtual: RunVirtual) -> None:
    strong = Speaker("strong", kind="overloaded")
    answer = voted(run_virtual, *tie(), others=(strong,), undecided="escalate", escalate_to="strong")
    assert answer.message.content == "left"
    assert "escalation_failed" in record(answer).degraded


def test_who_agrees_is_not_escalated(run_virtual: RunVirtual) -> None:
    strong = Speaker("strong", "middle")
    speakers = Speaker("a"), Speaker("b")
    answer = voted(run_virtual, *speakers, others=(strong,), undecided="escalate", escalate_to="strong")
    assert (answer.message.content, strong.asked) == ("yes", [])


def test_calls_that_are_not_waited_for_go_on_until_the_answer_is_there(run_virtual: RunVirtual) -> None:
    strong = Speaker("strong", "middle", after_s=5.0)
    speakers = Speaker("a"), Speaker("b", "no"), Speaker("c", "so", after_s=4.0), Speaker("d", after_s=60.0)
    said = {"undecided": "escalate", "escalate_to": "strong", "collect": {"quorum": 2, "cancel": False}}
    result = record(voted(run_virtual, *speakers, others=(strong,), **said))
    assert [answer.state for answer in result.answers] == ["ok", "ok", "late", "cancelled", "ok"]
    assert (result.answers[2].cost_usd, result.elapsed_s) == (0.5, 6.25)
    assert [speaker.cut_off for speaker in speakers] == [0, 0, 0, 1]


def test_a_thousand_votes_at_once_take_no_longer_than_one(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        votes = [fusion_of("f", [Speaker("a"), Speaker("b")], mode="vote").complete(REQUEST) for _ in range(1000)]
        await asyncio.gather(*votes)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 1.0
