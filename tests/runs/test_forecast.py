"""Low, expected and max of a job: from reference solutions and limits, without a model."""

from pathlib import Path
from typing import Any

import pytest

from wardian.environments.packs import load_packs
from wardian.runs.figures import ArmForecast, Range
from wardian.runs.forecast import Forecast
from wardian.specs.job import JobSpec

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
PRICED = {"base_url": "https://x/v1", "price": {"input": 1.0, "cached": 0.1, "output": 4.0}}


def forecast(**changes: Any) -> Forecast:
    base: dict[str, Any] = {
        "name": "try",
        "environments": [{"pack": "counter", "knobs": {"tasks": 8}}],
        "models": {"m": PRICED},
        "agents": [{"name": "a", "model": "m", "sampling": {"max_tokens": 100}}],
    }
    job = JobSpec.model_validate({**base, **changes})
    return Forecast.of(job, load_packs(job, PACKS))


def only(found: Forecast) -> ArmForecast:
    [arm] = found.asking
    return arm


def test_figures_are_in_order_and_everything_is_known() -> None:
    arm = only(forecast())
    assert arm.usd is not None
    for figure in (arm.calls, arm.input_tokens, arm.output_tokens, arm.usd):
        assert figure.most is not None
        assert 0 < figure.low < figure.expected < figure.most


def test_low_is_the_reference_solutions_and_max_the_limits() -> None:
    found = forecast(limits={"turns": 12}, repeats=3)
    packs = load_packs(
        JobSpec.model_validate(
            {"name": "x", "environments": [{"pack": "counter", "knobs": {"tasks": 8}}], "agents": [{"kind": "idle"}]}
        ),
        PACKS,
    )
    references = sum(len(packs["counter"].reference(card.id)) for card in packs["counter"].tasks())
    arm = only(found)
    assert found.episodes == 24
    assert arm.calls.low == 3 * references
    assert arm.calls.most == 24 * 12
    assert arm.output_tokens.most == 24 * 12 * 100


def test_limits_bound_the_max() -> None:
    assert only(forecast(limits={"turns": 12, "output_tokens": 300})).output_tokens.most == 8 * (300 + 100)
    tight = only(forecast(limits={"turns": 2}))
    assert tight.calls == Range(low=16, expected=16, most=16)


def test_without_a_limit_the_max_is_unknown() -> None:
    unlimited = [{"name": "a", "model": "m"}]
    arm = only(forecast(agents=unlimited))
    assert arm.usd is not None
    assert arm.output_tokens.most is arm.input_tokens.most is arm.usd.most is None
    assert arm.calls.most is not None
    bounded = {"m": {**PRICED, "max_output_tokens": 100}}
    assert only(forecast(agents=unlimited, models=bounded)) == only(forecast())


def test_an_unknown_price_is_unknown_and_not_nothing() -> None:
    models = {"m": {"base_url": "https://x/v1"}, "n": PRICED}
    limited = {"sampling": {"max_tokens": 100}}
    found = forecast(
        models=models, agents=[{"name": "a", "model": "m", **limited}, {"name": "b", "model": "n", **limited}]
    )
    assert [arm.usd is None for arm in found.asking] == [True, False]
    assert found.total.usd is None
    assert found.unpriced == ("m",)


def test_what_costs_nothing() -> None:
    simulated = forecast(models={"m": {"server": "s"}}, servers={"s": {"kind": "simulator", "skills": {"m": {}}}})
    assert simulated.simulated
    assert only(simulated).usd == Range(low=0, expected=0, most=0)
    assert forecast(cache={"mode": "replay"}).replayed
    assert forecast(agents=[{"kind": "reference"}]).total.calls == Range(low=0, expected=0, most=0)


def test_a_fusion_asks_all_its_members() -> None:
    alone = only(forecast())
    panel = forecast(
        models={"m": PRICED, "n": PRICED},
        fusions={"both": {"members": ["m", "n"]}},
        agents=[{"name": "a", "model": "fusion/both", "sampling": {"max_tokens": 100}}],
    )
    fused = only(panel)
    assert fused.calls.expected == pytest.approx(2 * alone.calls.expected)
    assert alone.usd is not None
    assert fused.usd is not None
    assert fused.usd.most == pytest.approx(2 * (alone.usd.most or 0))


def test_a_judge_is_asked_where_members_differ_and_reads_what_they_say() -> None:
    alone = only(forecast())
    fused = only(
        forecast(
            models={"m": PRICED},
            fusions={"self": {"mode": "best_of", "members": [{"model": "m", "samples": 3}], "judge": "m"}},
            agents=[{"name": "a", "model": "fusion/self", "sampling": {"max_tokens": 100}}],
        )
    )
    least, most = 2, 3 + (2 + 2) * 2  # two probes; or everybody, two orders and a duel, each asked for again
    assert fused.calls.low == pytest.approx(least * alone.calls.low)
    assert fused.calls.expected == pytest.approx((least + most) / 2 * alone.calls.expected)
    assert fused.calls.most == most * (alone.calls.most or 0)
    heard = (2 + 2) * 2 * 3 * 100 * (alone.calls.most or 0)
    assert fused.input_tokens.most == pytest.approx(most * (alone.input_tokens.most or 0) + heard)


def test_of_several_places_the_cheapest_the_first_and_the_dearest_count() -> None:
    def cost(*factors: float) -> Range | None:
        places = {
            f"p{factor}": {"base_url": "https://x/v1", "price": {"input": factor, "output": factor}}
            for factor in factors
        }
        return only(forecast(models={"m": {"deployments": places}})).usd

    one, two, three = cost(1.0), cost(2.0), cost(3.0)
    assert one is not None
    assert two is not None
    assert three is not None
    assert cost(2.0, 1.0, 3.0) == Range(low=one.low, expected=two.expected, most=three.most)
    unknown = forecast(models={"m": {"deployments": {"p": PRICED, "q": {"base_url": "https://x/v1"}}}})
    assert (only(unknown).usd, unknown.unpriced) == (None, ("m",))


def test_a_longer_prompt_costs_more_with_each_call() -> None:
    prompted = only(
        forecast(
            prompts={"p": "x" * 4_000},
            agents=[{"name": "a", "model": "m", "prompt": "p", "sampling": {"max_tokens": 100}}],
        )
    )
    plain = only(forecast())
    assert prompted.input_tokens.low - plain.input_tokens.low == pytest.approx(1_000 * plain.calls.low)


def test_the_same_job_has_the_same_forecast() -> None:
    many = [{"pack": "counter", "knobs": {"tasks": 60}}]
    assert forecast(environments=many) == forecast(environments=many)


def test_a_model_that_speaks_for_the_user_counts_with_every_arm() -> None:
    voiced = [{"pack": "counter", "knobs": {"tasks": 8}, "user": {"model": "v", "sampling": {"max_tokens": 50}}}]
    models = {"m": PRICED, "v": PRICED}
    bounds = forecast(environments=voiced, models=models, agents=[{"kind": "reference"}, {"kind": "idle"}])
    alone = only(bounds)
    assert (alone.arm, alone.usd is not None) == ("user of counter", True)
    assert 0 < alone.calls.low < alone.calls.expected
    assert alone.calls.most == 2 * 8 * (30 + 1) * 2, "episodes, texts of the user, tries"
    assert alone.output_tokens.most == 50 * alone.calls.most
    both = forecast(environments=voiced, models=models)
    assert [arm.arm for arm in both.asking] == ["a", "user of counter"]
    assert 2 * both.asking[1].calls.low == alone.calls.low
    assert both.total.calls == both.asking[0].calls + both.asking[1].calls


def test_what_agents_of_ones_own_ask_is_named() -> None:
    own = {"kind": "process", "name": "mine", "command": ["true"]}
    found = forecast(agents=[{**own, "model": "m"}, {**own, "name": "alone"}])
    assert (found.asking, found.unestimated) == ((), ("mine",))
