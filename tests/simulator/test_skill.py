"""Rates from skills and from the rules in a system prompt."""

import pytest

from wardian.base.identity import random_stream
from wardian.simulator.skill import FAULTS, Rates, Skill
from wardian.specs.models import RuleEffect, SkillSpec


def by_fault(rates: Rates) -> dict[str, float]:
    return dict(zip(FAULTS, rates.faults, strict=True))


def test_rates_that_sum_to_one_are_what_they_say() -> None:
    rates = Skill(SkillSpec(accuracy=0.8, wrong_argument=0.1, loop=0.06, give_up=0.04)).rates("")
    assert rates.accuracy == 0.8
    expected = {"wrong_argument": 0.1, "hallucinated_id": 0, "loop": 0.06, "skip_confirmation": 0, "give_up": 0.04}
    assert by_fault(rates) == pytest.approx(expected)


@pytest.mark.parametrize("rate", [0.05, 0.4, 1.0])
def test_the_rest_is_split_in_proportion(rate: float) -> None:
    rates = Skill(SkillSpec(accuracy=0.7, loop=rate, give_up=rate / 2)).rates("")
    assert by_fault(rates)["loop"] == pytest.approx(0.2)
    assert by_fault(rates)["give_up"] == pytest.approx(0.1)


def test_without_rates_it_is_split_evenly() -> None:
    assert Skill(SkillSpec(accuracy=0.5)).rates("").faults == pytest.approx([0.1] * 5)


def test_a_rule_counts_when_the_prompt_has_it_in_any_case() -> None:
    rule = RuleEffect(pattern="ask before every change", accuracy=0.05, skip_confirmation=-0.05)
    skill = Skill(SkillSpec(accuracy=0.9, skip_confirmation=0.05, loop=0.05, rules=(rule,)))
    assert skill.rates("Help.").accuracy == 0.9
    careful = skill.rates("Always ASK before\nevery change. Ask before every change.")
    assert careful.accuracy == pytest.approx(0.95)
    assert by_fault(careful)["skip_confirmation"] == 0
    assert by_fault(careful)["loop"] == pytest.approx(0.05)


def test_rules_add_up_but_stay_probabilities() -> None:
    rules = (RuleEffect(pattern="a", accuracy=0.3), RuleEffect(pattern="b", accuracy=0.3, loop=-1))
    rates = Skill(SkillSpec(accuracy=0.6, loop=0.2, rules=rules)).rates("ab")
    assert rates.accuracy == 1
    assert sum(rates.faults) == 0


def test_drawn_as_often_as_stated() -> None:
    rates = Skill(SkillSpec(accuracy=0.7, wrong_argument=0.2, loop=0.1)).rates("")
    stream = random_stream(3, "test")
    drawn = [rates.draw(stream) for _ in range(20_000)]
    assert drawn.count(None) / 20_000 == pytest.approx(0.7, abs=0.015)
    assert drawn.count("wrong_argument") / 20_000 == pytest.approx(0.2, abs=0.015)
    assert drawn.count("give_up") == 0
