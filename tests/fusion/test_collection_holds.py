"""What holds of every panel, however its members behave: on virtual time, with hypothesis."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.members import Speaker
from support.panels import fusion_of

from wardian.base.clock import SystemClock
from wardian.base.deadline import Stopwatch
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Origin, Request
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.fusion.failed import FusionFailed
from wardian.fusion.tariffs import Tariffs
from wardian.specs.endpoints import EndpointSpec, PriceSpec

SECONDS = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 40.0])
BEHAVIOUR = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["yes", "no", "so", ""]),
        "after_s": SECONDS,
        "queued_s": st.sampled_from([0.0, 0.0, 0.0, 1.0, 100.0]),
        "kind": st.sampled_from(["", "", "", "overloaded", "rate_limited"]),
        "finish": st.sampled_from(["stop", "stop", "length"]),
    }
)
MEMBERS = st.lists(st.tuples(BEHAVIOUR, st.booleans(), st.sampled_from([1.0, 2.0])), min_size=2, max_size=5)
COLLECT = st.fixed_dictionaries(
    {
        "quorum": st.sampled_from(["all", 1, 2, 3, 0.5]),
        "grace_frac": st.sampled_from([0.0, 0.25, 1.0]),
        "member_timeout_s": st.sampled_from([None, 1.5, 10.0]),
        "deadline_s": st.sampled_from([None, 2.5, 6.0]),
        "cancel": st.booleans(),
    }
)
BUDGET = st.sampled_from([{}, {}, {"calls": 2}])
PLACE = EndpointSpec(base_url="https://x.test/v1", price=PriceSpec(input=1.0, output=2.0), max_output_tokens=100)


async def asked(speakers: list[Speaker], said: dict[str, Any]) -> tuple[FusionResult, float]:
    clock = SystemClock()
    stopwatch = Stopwatch(clock)
    origin = Origin(episode="e", task="t", path="t1/agent", stopwatch=stopwatch)
    request = Request(model="f", messages=(Message(role="user", content="?"),), origin=origin)
    tariffs = Tariffs({speaker.name: [PLACE] for speaker in speakers})
    client = fusion_of("f", speakers, mode="vote", tariffs=tariffs, **said)
    try:
        completion = await client.complete(request)
    except FusionFailed as error:
        return error.result, stopwatch.read()
    assert completion.fusion is not None
    assert completion.cost_usd == completion.fusion.cost_usd
    return completion.fusion, stopwatch.read()


@given(MEMBERS, COLLECT, BUDGET)
@settings(max_examples=150, deadline=None)
def test_every_panel_is_answered_in_time_and_paid_to_the_last_call(
    members: list[tuple[dict[str, Any], bool, float]], collect: dict[str, Any], budget: dict[str, Any]
) -> None:
    speakers = [Speaker(f"m{place}", **behaviour) for place, (behaviour, _, _) in enumerate(members)]
    specs = [
        {"model": f"m{place}", "required": required, "weight": weight}
        for place, (_, required, weight) in enumerate(members)
    ]
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        result, counted_s = runner.run(asked(speakers, {"specs": specs, "collect": collect, "budget": budget}))
    answers = result.answers
    assert [answer.seat for answer in answers] == [speaker.name for speaker in speakers], "each has one answer"
    usable = [answer for answer in answers if answer.ok]
    assert (result.decision is not None) == bool(usable), "whoever has an answer gives one"
    assert (result.status == "error") == (not usable)
    if collect["deadline_s"] is not None:
        assert counted_s <= collect["deadline_s"] + 0.05
    for answer, speaker in zip(answers, speakers, strict=True):
        assert (answer.state == "skipped_budget") == (not speaker.asked), "who is not asked says so"
        assert bool(speaker.cut_off) == (
            answer.usage.estimated or (answer.state == "cancelled" and not answer.usage.total)
        )
        paid = answer.message is not None or answer.usage.estimated
        assert (answer.cost_usd != 0.0) == paid
        assert 0.0 <= answer.began_s <= answer.ended_s <= result.elapsed_s + 1e-9
    assert len([answer for answer in answers if answer.state == "skipped_budget"]) == (
        max(len(members) - 2, 0) if budget else 0
    )
    if usable:
        best = max(sum(each.weight for each in usable if each.key == answer.key) for answer in usable)
        winner = result.winner
        assert winner is not None
        assert sum(each.weight for each in usable if each.key == winner.key) == best
    if result.ended == "settled":
        assert not any(answer.state in ("cancelled", "late") for answer in answers)
