"""How long a panel is waited for, on virtual time."""

import asyncio
from typing import Any

import pytest
from support.members import Speaker
from support.panels import RunVirtual, fusion_of

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Origin, Request
from wardian.fusion.failed import FusionFailed

MESSAGES = (Message(role="user", content="?"),)
REQUEST = Request(model="fusion/panel", messages=MESSAGES)


def fused(run_virtual: RunVirtual, *speakers: Speaker, **said: Any) -> FusionResult:
    async def main() -> Completion:
        return await fusion_of("fusion/panel", speakers, mode="vote", **said).complete(REQUEST)

    completion: Completion = run_virtual(main())
    assert completion.fusion is not None
    return completion.fusion


def states(result: FusionResult) -> list[str]:
    return [answer.state for answer in result.answers]


def test_all_are_waited_for_by_default(run_virtual: RunVirtual) -> None:
    result = fused(run_virtual, Speaker("a"), Speaker("b", "no", 2.0), Speaker("c", "maybe", 9.0))
    assert (result.ended, result.elapsed_s, states(result)) == ("settled", 9.0, ["ok"] * 3)


@pytest.mark.parametrize("quorum", [2, 0.6])
def test_after_the_quorum_the_rest_has_a_part_of_the_time_that_it_took(run_virtual: RunVirtual, quorum: float) -> None:
    speakers = Speaker("a", "no"), Speaker("b", "yes", 4.0), (late := Speaker("c", "so", 9.0))
    result = fused(run_virtual, *speakers, collect={"quorum": quorum, "grace_frac": 0.5})
    assert (result.ended, result.elapsed_s) == ("grace", 6.0)
    assert states(result) == ["ok", "ok", "cancelled"]
    assert late.cut_off == 1
    assert result.status == "ok"


def test_who_answers_within_the_grace_counts(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a", "no"), Speaker("b", "yes", 4.0), Speaker("c", "yes", 5.0)
    result = fused(run_virtual, *speakers, collect={"quorum": 2, "grace_frac": 0.5})
    assert (result.ended, result.elapsed_s, states(result)) == ("settled", 5.0, ["ok"] * 3)
    assert result.winner is not None
    assert result.winner.seat == "b"


def test_without_grace_nobody_is_waited_for_after_the_quorum(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a", "no"), Speaker("b", "yes", 4.0), Speaker("c", "yes", 4.5)
    assert fused(run_virtual, *speakers, collect={"quorum": 2, "grace_frac": 0}).elapsed_s == pytest.approx(4.0)


@pytest.mark.parametrize("bad", [{"text": " "}, {"finish": "length"}, {"finish": "refusal"}, {"kind": "overloaded"}])
def test_only_usable_answers_make_a_quorum(run_virtual: RunVirtual, bad: dict[str, Any]) -> None:
    speakers = Speaker("a", **bad), Speaker("b", after_s=3.0), Speaker("c", "no", after_s=5.0)
    result = fused(run_virtual, *speakers, collect={"quorum": 2})
    assert result.elapsed_s == 5.0
    assert states(result)[1:] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"text": ""}, "empty"),
        ({"finish": "length"}, "truncated"),
        ({"finish": "content_filter"}, "refused"),
        ({"kind": "overloaded"}, "error"),
        ({"kind": "rate_limited"}, "rate_limited"),
        ({"kind": "timeout"}, "timeout"),
    ],
)
def test_what_is_no_answer_has_a_state_that_says_why(run_virtual: RunVirtual, said: dict[str, Any], state: str) -> None:
    result = fused(run_virtual, Speaker("a", **said), Speaker("b"))
    assert states(result) == [state, "ok"]
    assert (result.status, result.degraded) == ("degraded", ("quorum_missed",))


def test_at_the_deadline_what_is_there_decides(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a", after_s=2.0), (slow := Speaker("b", after_s=60.0)), Speaker("c", after_s=70.0)
    result = fused(run_virtual, *speakers, collect={"quorum": 2, "deadline_s": 5.0})
    assert (result.ended, states(result)) == ("deadline", ["ok", "timeout", "timeout"])
    assert 5.0 <= result.elapsed_s <= 5.05
    assert result.degraded == ("quorum_missed",)
    assert slow.cut_off == 1


def test_nobody_by_the_deadline_is_an_error_that_knows_what_was_paid(run_virtual: RunVirtual) -> None:
    with pytest.raises(FusionFailed, match="within 5 s") as caught:
        fused(run_virtual, Speaker("a", after_s=60.0), Speaker("b", after_s=60.0), collect={"deadline_s": 5.0})
    assert caught.value.kind == "all_members_failed"
    assert caught.value.result.status == "error"
    assert caught.value.result.usage.estimated
    assert 5.0 <= caught.value.result.elapsed_s <= 5.05


def test_each_member_has_its_own_time(run_virtual: RunVirtual) -> None:
    members = [{"model": "a", "timeout_s": 8}, "b"]
    speakers = Speaker("a", after_s=7.0), Speaker("b", after_s=7.0)
    result = fused(run_virtual, *speakers, specs=members, collect={"member_timeout_s": 3.0})
    assert states(result) == ["ok", "timeout"]
    assert [answer.ended_s for answer in result.answers] == pytest.approx([7.0, 3.0])


def test_without_a_required_member_nothing_is_decided(run_virtual: RunVirtual) -> None:
    members = ["a", "b", {"model": "c", "required": True}]
    speakers = Speaker("a"), Speaker("b"), Speaker("c", "no", after_s=9.0)
    result = fused(run_virtual, *speakers, specs=members, collect={"quorum": 2})
    assert (result.elapsed_s, result.status) == (9.0, "ok")


def test_a_required_member_that_fails_degrades_the_answer(run_virtual: RunVirtual) -> None:
    members = ["a", "b", {"model": "c", "required": True}]
    speakers = Speaker("a"), Speaker("b"), Speaker("c", kind="x")
    result = fused(run_virtual, *speakers, specs=members, collect={"quorum": 2})
    assert (result.status, result.degraded) == ("degraded", ("required_missing",))


def asked_by(stopwatch: Stopwatch) -> Request:
    origin = Origin(episode="e", task="t", path="t1/agent", stopwatch=stopwatch)
    return REQUEST.model_copy(update={"origin": origin})


def test_waiting_for_a_rate_limit_counts_against_no_deadline(run_virtual: RunVirtual) -> None:
    async def main() -> FusionResult:
        stopwatch = Stopwatch(SystemClock())
        speakers = Speaker("a", after_s=2.0), Speaker("b", "no", after_s=2.0, queued_s=100.0)
        client = fusion_of("f", speakers, collect={"deadline_s": 5.0, "member_timeout_s": 3.0})
        result = (await client.complete(asked_by(stopwatch))).fusion
        assert result is not None
        assert stopwatch.read() == pytest.approx(2.0)
        return result

    result = run_virtual(main())
    assert (states(result), result.elapsed_s) == (["ok", "ok"], 102.0)


def test_who_hangs_has_no_more_time_because_another_waits_for_a_rate_limit(run_virtual: RunVirtual) -> None:
    async def main() -> FusionResult:
        speakers = Speaker("a", after_s=500.0), Speaker("b", after_s=2.0, queued_s=100.0)
        client = fusion_of("f", speakers, collect={"deadline_s": 5.0})
        result = (await client.complete(asked_by(Stopwatch(SystemClock())))).fusion
        assert result is not None
        return result

    result = run_virtual(main())
    assert states(result) == ["timeout", "ok"]
    assert [answer.ended_s for answer in result.answers] == pytest.approx([5.0, 102.0], abs=0.05)


def test_who_waits_for_a_rate_limit_is_not_waited_for_after_the_quorum_and_costs_nothing(
    run_virtual: RunVirtual,
) -> None:
    async def main() -> FusionResult:
        speakers = Speaker("a"), Speaker("b", "no"), Speaker("c", "so", queued_s=100.0)
        client = fusion_of("f", speakers, collect={"quorum": 2})
        result = (await client.complete(asked_by(Stopwatch(SystemClock())))).fusion
        assert result is not None
        return result

    result = run_virtual(main())
    assert (result.ended, result.elapsed_s) == ("grace", 1.25)
    assert (result.answers[2].cost_usd, result.answers[2].usage.total) == (0.0, 0)
    assert (result.cost_usd, result.usage.estimated) == (1.0, False)


def test_a_member_that_ends_the_fusion_ends_it_at_once(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        speakers = Speaker("a", kind="quota_exhausted", lasting=True), (slow := Speaker("b", after_s=50.0))
        with pytest.raises(ModelError, match="a failed"):
            await fusion_of("f", speakers, mode="vote").complete(REQUEST)
        assert slow.cut_off == 1
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 1.0


def test_a_fusion_that_is_cancelled_cuts_everybody_off(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        speakers = Speaker("a", after_s=50.0), Speaker("b", after_s=50.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await fusion_of("f", speakers, mode="vote").complete(REQUEST)
        assert [speaker.cut_off for speaker in speakers] == [1, 1]

    run_virtual(main())
