"""The self-check says what it measured, notices a broken promise, and is the same every time."""

from collections.abc import Sequence

import pytest

from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.pairs import Pair
from wardian.optimization.selfcheck.ended import Ended, Sentence
from wardian.optimization.selfcheck.extent import QUICK, Extent
from wardian.optimization.selfcheck.finding import Finding
from wardian.optimization.selfcheck.playing import played
from wardian.optimization.selfcheck.scenario import SCENARIOS, Scenario
from wardian.optimization.selfcheck.selfcheck import NAMES, Checked, SelfCheck, selfcheck
from wardian.optimization.selfcheck.studies import STUDIES

TINY = Extent(
    null=2,
    graded=1,
    lineages=1,
    planted=3,
    harmful=2,
    gaming=1,
    reckless=1,
    stormy=1,
    budgets=1,
    killed=1,
    kills=2,
)


def ended(*gates: Sentence, **changes: object) -> Ended:
    known = Ended(
        stop="promoted",
        gates=gates,
        candidates=30,
        false_alarm=False,
        episodes=400,
        allowed=2_000,
        hours=1.0,
        slot_use=0.8,
    )
    return known.model_copy(update=changes)


def sentence(gain: float, delta: float, ruling: str = "promoted") -> Sentence:
    low, high = delta - 0.1, delta + 0.1
    return Sentence.model_validate(
        {"ruling": ruling, "gain": gain, "delta": delta, "raw_delta": delta, "low": low, "high": high, "pairs": 90}
    )


def found(name: str, campaigns: list[Ended]) -> dict[str, Finding]:
    extent = TINY.model_copy(update={name: len(campaigns)})
    return {each.promise: each for each in STUDIES[name].find(extent, 0, lambda _: campaigns)}


def test_every_study_says_something_of_real_campaigns() -> None:
    check = selfcheck(TINY, only=[name for name in NAMES if name != "kills"])
    assert [each.name for each in check.checks] == [name for name in NAMES if name != "kills"]
    assert all(each.findings for each in check.checks)
    assert SelfCheck.model_validate_json(check.model_dump_json()) == check


def test_the_same_seed_plays_the_same_campaigns() -> None:
    assert played(SCENARIOS["planted"], 5) == played(SCENARIOS["planted"], 5)
    assert played(SCENARIOS["planted"], 5).record != played(SCENARIOS["planted"], 6).record


def test_a_killed_campaign_goes_on_to_the_same_record() -> None:
    findings = selfcheck(TINY, only=["kills"]).checks[0].findings
    assert [(each.promise, each.measured) for each in findings] == [
        ("another verdict", 0),
        ("episodes played again", 0),
        ("answers paid again", 0),
    ]


def test_promotions_of_nothing_break_the_first_promise() -> None:
    honest = found("null", [ended() for _ in range(100)])
    assert honest["promote one"].kept
    fooled = found("null", [ended(sentence(0.0, 0.1)) for _ in range(12)] + [ended() for _ in range(88)])
    assert fooled["promote one"].kept is False
    assert fooled["promote one"].measured == 0.12


def test_a_share_is_kept_when_it_is_on_the_right_side() -> None:
    assert Finding.share("promote one", [True] * 5 + [False] * 95, 0.05).kept
    assert not Finding.share("promote one", [True] * 6 + [False] * 94, 0.05).kept
    assert Finding.share("promote one", [True] * 2 + [False] * 28, 0.05).kept
    assert not Finding.share("promote one", [True] * 5 + [False] * 25, 0.05).kept
    assert not Finding.share("promote what mends it", [True] * 94 + [False] * 6, 0.95, least=True).kept


def test_many_campaigns_promise_a_bound_as_well() -> None:
    few = found("null", [ended() for _ in range(200)])
    assert few["its 95 % bound"].target is None
    many = found("null", [ended(sentence(0.0, 0.1)) for _ in range(30)] + [ended() for _ in range(570)])
    assert many["promote one"].kept
    assert many["its 95 % bound"].measured == pytest.approx(0.0674, abs=0.001)
    worse = found("null", [ended(sentence(0.0, 0.1)) for _ in range(30)] + [ended() for _ in range(480)])
    assert worse["its 95 % bound"].kept is False


def test_too_high_for_one_gain_is_not_made_good_by_too_low_for_another() -> None:
    findings = found("planted", [ended(sentence(0.1, 0.15), sentence(0.2, 0.15)) for _ in range(20)])
    assert findings["claimed gain - true gain"].measured == pytest.approx(0.05)


def test_campaigns_of_one_prompt_follow_each_other_in_its_lineage() -> None:
    asked = list[int]()

    def play(campaigns: Sequence[tuple[Scenario, int]]) -> list[Ended]:
        asked.extend(scenario.earlier for scenario, _ in campaigns)
        return [ended(sentence(0.0, 0.0, "futile"), sentence(0.0, 0.1)) for _ in campaigns]

    findings = list(STUDIES["lineages"].find(TINY, 0, play))
    assert asked == [0, 2, 4]
    assert findings[0].measured == 1


def test_bounds_of_a_share_are_clopper_and_pearson_s() -> None:
    share = Finding.share("promote one", [False] * 58, 0.05)
    assert share.low == 0
    assert share.high == pytest.approx(1 - 0.05 ** (1 / 58))
    half = Finding.share("promote one", [True, False] * 50, None)
    assert half.low == pytest.approx(0.4136, abs=1e-4)
    assert half.high == pytest.approx(0.5864, abs=1e-4)


def test_claims_that_are_too_high_are_found_out() -> None:
    findings = found("planted", [ended(sentence(0.1, 0.15)) for _ in range(20)])
    assert findings["claimed gain - true gain"].measured == pytest.approx(0.05)
    assert findings["claimed gain - true gain"].kept is False
    assert findings["interval holds, if promoted"].kept
    assert findings["promote what mends it"].measured == 1


def test_an_interval_that_misses_the_truth_is_found_out() -> None:
    findings = found("planted", [ended(sentence(0.1, 0.3)) for _ in range(20)])
    assert findings["interval holds"].kept is False


def test_one_harmful_promotion_breaks_the_promise() -> None:
    findings = found("harmful", [ended(sentence(-0.1, 0.1)), *(ended() for _ in range(499))])
    assert findings["promote one"].kept is False


def test_an_episode_over_the_budget_breaks_the_promise() -> None:
    findings = found("budgets", [ended(episodes=2_001), ended(episodes=2_000)])
    assert findings["an episode over"].measured == 1
    assert findings["an episode over"].kept is False


class Credulous(PairGate):
    """A gate that promotes whatever it is shown."""

    def step(self, pairs: Sequence[Pair]) -> GateVerdict | None:
        verdict = super().step(pairs)
        return None if verdict is None else verdict.model_copy(update={"ruling": "promoted"})


def test_a_gate_that_promotes_everything_is_found_out() -> None:
    def play(campaigns: Sequence[tuple[Scenario, int]]) -> list[Ended]:
        return [Ended.of(played(scenario, seed, gate=Credulous)) for scenario, seed in campaigns]

    findings = {each.promise: each for each in STUDIES["null"].find(TINY.model_copy(update={"null": 4}), 0, play)}
    assert findings["promote one"].measured >= 0.5
    assert findings["promote one"].kept is False


def test_a_campaign_keeps_the_truth_apart_from_what_it_says() -> None:
    outcome = played(SCENARIOS["planted"], 1)
    assert isinstance(outcome.record, CampaignRecord)
    assert outcome.gates[-1].gain == pytest.approx(0.18, abs=0.03)


def test_a_slow_campaign_breaks_no_promise() -> None:
    slow = Finding(promise="64 slots in use", measured=0.2, target=0.7, bound="at least", pace=True)
    checked = Checked(name="null", about="", findings=(slow,))
    assert slow.kept is False
    assert not SelfCheck(seed=0, extent=QUICK, checks=(checked,)).broken
