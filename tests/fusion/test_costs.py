"""What a fused answer cost: every call, whatever came of it."""

from typing import Any

import pytest
from support.members import Speaker
from support.panels import RunVirtual, fusion_of, spec_of

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Request, Sampling
from wardian.base.usage import CallTiming, Usage
from wardian.fusion.failed import FusionFailed
from wardian.fusion.tariffs import Tariffs
from wardian.models.pricing import cost_usd
from wardian.specs.endpoints import EndpointSpec, PriceSpec
from wardian.specs.fusion.panels import Panels

PRICE = PriceSpec(input=1.0, output=10.0)
PLACE = EndpointSpec(base_url="https://x.test/v1", price=PRICE, max_output_tokens=50)
NAMES = ("a", "b", "c", "d")
TARIFFS = Tariffs({name: [PLACE] for name in NAMES})
REQUEST = Request(model="fusion/panel", messages=(Message(role="user", content="?" * 400),))
PROMPT = len(REQUEST.messages[0].wire) // 4


def answered(run_virtual: RunVirtual, *speakers: Speaker, **said: Any) -> Completion:
    async def main() -> Completion:
        return await fusion_of("fusion/panel", speakers, mode="vote", tariffs=TARIFFS, **said).complete(REQUEST)

    completion: Completion = run_virtual(main())
    return completion


def record(completion: Completion) -> FusionResult:
    assert completion.fusion is not None
    return completion.fusion


def test_a_call_that_is_cut_off_costs_its_prompt_and_what_it_had_time_to_write(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a", written=40, after_s=4.0), Speaker("b", written=40, after_s=4.0), Speaker("c", after_s=60.0)
    completion = answered(run_virtual, *speakers)
    cut = record(completion).answers[2]
    assert cut.usage == Usage(input_tokens=PROMPT, output_tokens=40, estimated=True)
    assert cut.cost_usd == cost_usd(PRICE, cut.usage)
    assert completion.usage.estimated
    assert completion.cost_usd == pytest.approx(1.0 + (cut.cost_usd or 0.0))


def test_one_that_is_cut_off_at_its_deadline_costs_as_well(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a"), Speaker("b", after_s=60.0)
    late = record(answered(run_virtual, *speakers, collect={"member_timeout_s": 3.0})).answers[1]
    assert (late.state, late.usage.estimated) == ("timeout", True)
    assert (late.cost_usd or 0.0) > 0


def test_who_would_be_asked_after_the_deadline_is_not_and_costs_nothing(run_virtual: RunVirtual) -> None:
    heir = Speaker("d", "middle")
    speakers = Speaker("a", "left"), Speaker("b", "right"), Speaker("c", after_s=60.0)
    said = {"undecided": "escalate", "escalate_to": "d", "collect": {"deadline_s": 5.0}}

    async def main() -> Completion:
        return await fusion_of("f", speakers, heir, mode="vote", tariffs=TARIFFS, **said).complete(REQUEST)

    result = record(run_virtual(main()))
    assert (result.answers[3].state, heir.asked) == ("timeout", [])
    assert (result.answers[3].cost_usd, result.answers[3].usage) == (0.0, Usage())


def test_an_answer_that_cannot_be_used_is_paid_for(run_virtual: RunVirtual) -> None:
    speakers = Speaker("a"), Speaker("b", finish="length"), Speaker("c", " "), Speaker("d", kind="overloaded")
    completion = answered(run_virtual, *speakers)
    assert completion.cost_usd == 1.5
    assert completion.usage == Usage(input_tokens=300, output_tokens=30)


@pytest.mark.parametrize("kind", ["stalled", "bad_reply", "unparsable_output"])
def test_an_answer_that_broke_off_costs_its_prompt_and_what_it_had_time_to_write(
    run_virtual: RunVirtual, kind: str
) -> None:
    speakers = Speaker("a", written=40, after_s=4.0), Speaker("b", after_s=6.0, kind=kind)
    broken = record(answered(run_virtual, *speakers)).answers[1]
    assert broken.usage == Usage(input_tokens=PROMPT, output_tokens=60, estimated=True)
    assert broken.cost_usd == cost_usd(PRICE, broken.usage)


class Kept(Speaker):
    """Answers out of the reply cache."""

    async def complete(self, request: Request) -> Completion:
        completion = await super().complete(request)
        return completion.model_copy(update={"timing": CallTiming(cached=True)})


def test_of_a_panel_out_of_the_cache_only_what_is_new_was_spent_now(run_virtual: RunVirtual) -> None:
    completion = answered(run_virtual, Kept("a", "no"), Kept("b"), Speaker("c", cost=0.25))
    assert (completion.cost_usd, completion.spent_usd) == (1.25, 0.25)


def test_a_call_that_is_cut_off_beside_answers_out_of_the_cache_was_spent(run_virtual: RunVirtual) -> None:
    completion = answered(run_virtual, Kept("a"), Kept("b"), Speaker("c", after_s=60.0))
    assert completion.timing.cached, "all answers are out of the cache"
    assert completion.spent_usd == record(completion).answers[2].cost_usd
    assert completion.spent_usd


def test_a_fusion_within_that_is_out_of_the_cache_was_paid_before(run_virtual: RunVirtual) -> None:
    async def main() -> Completion:
        return await nested({}, Kept("b"), Speaker("c"), first=Kept("a")).complete(REQUEST)

    completion = run_virtual(main())
    assert (completion.cost_usd, completion.spent_usd) == (1.5, 0.5)


def test_reported_is_the_sum_of_all_calls(run_virtual: RunVirtual) -> None:
    speakers = [
        Speaker(name, text, after) for name, text, after in zip(NAMES, "xyxx", (1.0, 2.0, 3.0, 9.0), strict=True)
    ]
    completion = answered(run_virtual, *speakers)
    calls = record(completion).answers
    assert completion.cost_usd == sum(call.cost_usd or 0.0 for call in calls)
    assert completion.usage == Usage.sum_of(call.usage for call in calls)
    assert sum((record(completion).cost_by_member[name] or 0.0) for name in NAMES) == completion.cost_usd


def nested(inner: dict[str, Any], *speakers: Speaker, first: Speaker, **said: Any) -> ModelClient:
    within = fusion_of("fusion/inner", speakers, mode="vote", tariffs=TARIFFS, **inner)
    return fusion_of("fusion/panel", [first, within], mode="vote", tariffs=TARIFFS, **said)


def test_a_fusion_within_that_is_cut_off_is_paid_call_by_call(run_virtual: RunVirtual) -> None:
    async def main() -> Completion:
        speakers = Speaker("b", "no"), Speaker("c", after_s=60.0)
        client = nested({}, *speakers, first=Speaker("a", after_s=2.0), collect={"quorum": 1, "grace_frac": 0})
        return await client.complete(REQUEST)

    result = record(run_virtual(main()))
    within = result.answers[1]
    assert within.state == "cancelled"
    assert within.inside is not None
    assert [(each.state, each.usage.estimated) for each in within.inside.answers] == [
        ("ok", False),
        ("cancelled", True),
    ]
    assert within.cost_usd == pytest.approx(0.5 + (within.inside.answers[1].cost_usd or pytest.fail("no price")))


def test_a_fusion_within_that_fails_is_paid_for(run_virtual: RunVirtual) -> None:
    async def main() -> Completion:
        return await nested({}, Speaker("b", " "), Speaker("c", " "), first=Speaker("a")).complete(REQUEST)

    completion = run_virtual(main())
    assert [answer.state for answer in record(completion).answers] == ["ok", "error"]
    assert completion.cost_usd == 1.5


def test_a_fusion_of_fusions_reports_all_that_is_below(run_virtual: RunVirtual) -> None:
    async def main() -> Completion:
        return await nested({}, Speaker("b"), Speaker("c"), first=Speaker("a")).complete(REQUEST)

    completion = run_virtual(main())
    assert (completion.cost_usd, completion.usage.input_tokens) == (1.5, 300)


BOUNDED = REQUEST.model_copy(update={"sampling": Sampling(max_tokens=50)})
WORST = TARIFFS.worst("a", BOUNDED)


@pytest.mark.parametrize(
    "budget", [{"calls": 2}, {"tokens": 2 * WORST.tokens + 10}, {"usd": 2.5e-12 * WORST.picodollars}]
)
def test_who_does_not_fit_into_the_budget_is_not_asked(run_virtual: RunVirtual, budget: dict[str, Any]) -> None:
    speakers = [Speaker(name, cost=1e-12) for name in "abc"]
    result = record(answered(run_virtual, *speakers, budget=budget, collect={"quorum": 2}))
    assert [answer.state for answer in result.answers] == ["ok", "ok", "skipped_budget"]
    assert (result.status, result.degraded) == ("degraded", ("skipped_budget",))
    assert speakers[2].asked == []


def test_what_a_call_did_not_take_is_there_for_the_next_one(run_virtual: RunVirtual) -> None:
    heir = Speaker("d", "middle", cost=1e-12)
    budget = {"usd": 2.5e-12 * WORST.picodollars}
    speakers = Speaker("a", "left", cost=1e-12), Speaker("b", "right", cost=1e-12)
    said = {"undecided": "escalate", "escalate_to": "d", "budget": budget}

    async def main() -> Completion:
        return await fusion_of("f", speakers, heir, mode="vote", tariffs=TARIFFS, **said).complete(REQUEST)

    assert run_virtual(main()).message.content == "middle"


def test_a_stage_that_does_not_fit_is_skipped_and_the_result_says_so(run_virtual: RunVirtual) -> None:
    heir = Speaker("d", "middle")
    speakers = Speaker("a", "left"), Speaker("b", "right")
    said = {"undecided": "escalate", "escalate_to": "d", "budget": {"calls": 2}}

    async def main() -> Completion:
        return await fusion_of("f", speakers, heir, mode="vote", tariffs=TARIFFS, **said).complete(REQUEST)

    completion = run_virtual(main())
    assert completion.message.content == "left"
    assert record(completion).answers[2].state == "skipped_budget"
    assert record(completion).degraded == ("skipped_budget", "escalation_failed")
    assert heir.asked == []


def test_a_budget_that_fits_nobody_is_an_error(run_virtual: RunVirtual) -> None:
    with pytest.raises(FusionFailed, match="a: skipped_budget; b: skipped_budget"):
        answered(run_virtual, Speaker("a"), Speaker("b"), budget={"tokens": 10})


def test_the_worst_case_of_a_fusion_is_that_of_all_its_calls() -> None:
    inner = spec_of(members=["a", {"model": "b", "samples": 2}], undecided="escalate", escalate_to="c")
    tariffs = Tariffs({name: [PLACE] for name in NAMES}, Panels({"inner": inner}, dict.fromkeys(NAMES)))
    assert tariffs.worst("fusion/inner", BOUNDED).requests == 4
    assert tariffs.worst("fusion/inner", BOUNDED).picodollars == 4 * WORST.picodollars


def test_a_judge_within_reads_all_candidates_in_each_of_its_calls() -> None:
    judge = {"model": "c", "repair": 0, "orders": 1, "max_candidate_tokens": 100}
    inner = spec_of(mode="best_of", members=["a", "b"], judge=judge)
    tariffs = Tariffs({name: [PLACE] for name in NAMES}, Panels({"inner": inner}, dict.fromkeys(NAMES)))
    judgements = 1 + 2
    worst = tariffs.worst("fusion/inner", BOUNDED)
    assert worst.requests == 2 + judgements
    assert worst.tokens >= (2 + judgements) * WORST.tokens + judgements * 2 * 100 * 4
