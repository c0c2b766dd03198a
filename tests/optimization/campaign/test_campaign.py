from collections.abc import Sequence
from statistics import fmean

import pytest
from support.campaign_trials import SPEC, Trial

from wardian.base.errors import ConfigError
from wardian.base.identity import random_stream
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.purse import Purse
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.selfcheck.world import Storm, World
from wardian.scoring.score import Scored
from wardian.specs.refinement import CampaignBudget, RefineSpec

PLANTED = {"mends": 0.25, "empty": 0.5, "harms": 0.25}
NULL = {"empty": 1.0}


def spec(**changes: object) -> RefineSpec:
    return RefineSpec.model_validate({**SPEC.model_dump(), **changes})


def gated(habits: dict[str, float], **changes: object) -> CampaignRecord:
    """The first campaign that comes to a gate."""
    records = (Trial(habits, seed=seed, spec=spec(**changes)).run() for seed in range(50))
    return next(record for record in records if record.gates)


def test_an_edit_that_mends_a_defect_becomes_the_champion() -> None:
    record = Trial(PLANTED).run()
    assert record.stop == "promoted"
    assert record.promoted is not None
    assert record.champion != record.original
    assert "mends" in record.champion.texts["system"]


def test_tokens_are_those_of_all_episodes_and_of_all_proposals() -> None:
    trial = Trial(PLANTED)
    record = trial.run()
    played = sum(result.tokens for result in trial.ledger.results.values())
    proposed = sum(candidate.tokens for candidate in record.candidates)
    assert proposed > 6_000
    assert record.expenses.tokens == played + proposed


def test_every_stage_is_shown_in_its_order() -> None:
    trial = Trial(PLANTED)
    trial.run()
    stages = list(dict.fromkeys(record.stage for record in trial.watcher.seen))
    assert stages == ["observe", "diagnose", "propose", "gate", "ended"]


def test_a_champion_that_is_as_good_as_can_be_is_left_alone() -> None:
    record = Trial(NULL, spec=spec(gate={"delta_min": 0.9})).run()
    assert (record.stop, record.candidates) == ("no_headroom", ())


def test_mistakes_that_are_too_rare_are_left_alone() -> None:
    record = Trial(NULL, spec=spec(smallest_cluster=30)).run()
    assert (record.stop, record.candidates) == ("no_evidence", ())


def test_gates_in_a_row_that_show_nothing_end_it() -> None:
    record = gated(NULL, futile=1)
    assert record.stop == "futile"
    assert len(record.gates) == 1
    assert record.champion == record.original


def test_every_gate_keeps_what_its_candidate_answers() -> None:
    record = gated(PLANTED, promotions=2)
    clusters = {candidate.number: candidate.cluster for candidate in record.candidates}
    assert [gate.evidence and gate.evidence.name for gate in record.gates] == [
        clusters[gate.candidate] for gate in record.gates
    ]


def test_a_campaign_comes_to_so_many_generations() -> None:
    record = gated(NULL, search={"generations": 1})
    assert record.stop == "gates"
    assert {candidate.generation for candidate in record.candidates} == {1}


def test_the_clock_ends_it_and_nothing_is_decided_in_a_hurry() -> None:
    trial = Trial(PLANTED, spec=spec(budget={"wall_s": 300.0}))
    record = trial.run()
    assert (record.stop, record.gates) == ("wall_clock", ())
    assert trial.seconds == pytest.approx(300.0, abs=1.0)


def test_a_gate_that_the_clock_cuts_stays_in_the_record() -> None:
    record = gated(NULL, budget={"wall_s": 1_100.0})
    gate = record.gates[-1]
    assert (record.stop, gate.verdict.ruling, gate.verdict.why) == ("wall_clock", "inconclusive", "time is over")
    assert gate.verdict.pairs == sum(None not in (pair.champion, pair.candidate) for pair in gate.pairs)
    assert record.champion == record.original


def test_a_campaign_that_goes_on_has_the_time_that_earlier_parts_left() -> None:
    trial = Trial(NULL, spec=spec(budget={"wall_s": 700.0}))
    assert _broken_off(trial, 500.0) is None
    record = trial.run()
    assert record.stop == "wall_clock"
    assert trial.seconds == pytest.approx(700.0, abs=1.0)
    assert record.wall_s == pytest.approx(700.0, abs=1.0)


def test_a_part_without_any_time_takes_nothing_back() -> None:
    trials = (Trial(NULL, seed=seed, spec=spec(budget={"wall_s": 900.0})) for seed in range(9))
    trial, whole = next((trial, record) for trial in trials if (record := trial.run()).gates)
    assert trial.run().decisions == whole.decisions
    assert trial.watcher.seen[-1].expenses == whole.expenses


def test_proposals_that_came_to_nothing_were_paid_for() -> None:
    record = Trial(NULL, spec=spec(budget={"wall_s": 600.0})).run()
    assert record.candidates == ()
    assert record.expenses.reflection_usd is not None
    assert record.expenses.reflection_usd > 0
    assert record.expenses.tokens > 0


@pytest.mark.parametrize("budget", [{"usd": 11.0}, {"tokens": 3_700_000}])
def test_dollars_and_tokens_end_it_before_a_gate_that_they_are_not_enough_for(budget: dict[str, float]) -> None:
    trial = Trial(NULL, seed=2, spec=spec(budget=budget, futile=9, search={"generations": 9}))
    record = trial.run()
    assert record.stop == "budget"
    assert record.expenses.agent_usd is not None
    assert record.expenses.reflection_usd is not None
    assert 5.0 < record.expenses.agent_usd + record.expenses.reflection_usd < 11.0
    assert record.expenses.tokens < 3_700_000
    assert record.preflight is not None
    assert record.preflight.episodes < 1_200
    assert record.preflight.cost_usd == pytest.approx(0.01 * record.preflight.episodes, rel=0.1)


def test_a_champion_that_seems_to_differ_from_itself_is_not_refined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wardian.optimization.campaign.preflight.ALARM", 1.1)
    record = Trial(PLANTED).run()
    assert (record.stop, record.candidates) == ("false_alarm", ())
    assert record.preflight is not None
    assert record.preflight.false_alarm


class Slow:
    """A diagnostician whose own patience ends."""

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        raise TimeoutError("no answer")


def test_patience_of_somebody_else_that_ends_is_not_the_end_of_the_time() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        Trial(NULL, diagnostician=Slow()).run()
    assert raised.group_contains(TimeoutError, match="no answer")


def test_a_budget_that_no_gate_fits_in_is_refused_before_an_episode_is_played() -> None:
    trial = Trial(PLANTED, spec=spec(budget=CampaignBudget(episodes=500).model_dump()))
    with pytest.raises(ConfigError, match=r"refine\.budget\.episodes: 500 is less than one gate may take: 990"):
        trial.run()
    assert trial.played == 0


@pytest.mark.parametrize("episodes", [1_000, 1_300])
def test_no_episode_is_played_beyond_the_budget(episodes: int) -> None:
    for seed in range(3):
        trial = Trial(PLANTED, seed=seed, spec=spec(budget={"episodes": episodes}))
        trial.run()
        assert trial.played <= episodes


@pytest.mark.parametrize("pairs", [10, 60])
def test_gates_that_are_short_stay_within_the_budget_too(pairs: int) -> None:
    for seed in range(3):
        trial = Trial(NULL, seed=seed, spec=spec(gate={"pairs": pairs, "audit": 5}, budget={"episodes": 500}))
        trial.run()
        assert trial.played <= 500


def test_the_last_gate_has_as_many_pairs_as_are_left() -> None:
    purse = Purse(spec(budget={"episodes": 1_000}))
    purse.pay(purse.preflight + purse.race)
    assert purse.gate_spec.pairs == 400
    purse.pay(301)
    assert purse.gate_spec.pairs == (1_000 - 60 - 130 - 301) // 2
    assert not purse.affords(purse.race + purse.least)


def test_gates_go_on_counting_where_the_lineage_has_come_to() -> None:
    record = Trial(PLANTED, lineage=Lineage(gates=4)).run()
    assert record.gates[0].verdict.gate == 5
    assert record.gates[0].verdict.seeds == "gate/5"


def test_a_promotion_may_be_looked_at_again_on_other_seeds() -> None:
    record = Trial(PLANTED, spec=spec(gate={"audit": 40})).run()
    assert record.promoted is not None
    assert len(record.promoted.audit) == 40
    assert record.promoted.audit_delta is not None
    assert not {pair.seed for pair in record.promoted.audit} & {pair.seed for pair in record.promoted.pairs}


def test_a_campaign_may_promote_more_than_once() -> None:
    many = spec(promotions=2, budget={"episodes": 9_000})
    records = (Trial({"mends": 0.3, "helps": 0.7}, seed=seed, spec=many).run() for seed in range(9))
    record = next(record for record in records if record.stop == "promoted")
    promoted = [gate for gate in record.gates if gate.verdict.ruling == "promoted"]
    assert len(promoted) == 2
    assert promoted[1].champion.sha != record.original.sha


def test_the_pairs_of_a_gate_stand_in_its_record_up_to_the_verdict() -> None:
    gate = Trial(PLANTED).run().gates[0]
    assert [pair.number for pair in gate.pairs] == list(range(len(gate.pairs)))
    assert gate.verdict.pairs == sum(None not in (pair.champion, pair.candidate) for pair in gate.pairs)


def test_an_episode_that_its_own_agent_broke_is_a_0_wherever_it_is_looked_at() -> None:
    world = World(seed=0, broken=0.3)
    record = next(
        record for seed in range(9) if (record := Trial(PLANTED, seed=seed, world=world, spec=graded()).run()).gates
    )
    pairs = [(pair.champion, pair.candidate) for pair in record.gates[0].pairs]
    assert all(None not in pair for pair in pairs)
    differences = [ours - theirs for theirs, ours in pairs if theirs is not None and ours is not None]
    assert record.gates[0].verdict.raw_delta == pytest.approx(fmean(differences))
    assert {candidate.pairs for candidate in record.candidates if candidate.rung == 3} == {32}
    assert record.success is not None
    assert record.success < 0.7
    assert record.preflight is not None
    assert record.preflight.success == pytest.approx(record.success)


def graded() -> RefineSpec:
    return spec(metric="score")


@pytest.mark.parametrize("seed", [0, 1, 6])
def test_a_campaign_that_is_broken_off_again_and_again_comes_to_the_same(seed: int) -> None:
    habits = NULL if seed % 2 else PLANTED
    world = World(seed=0, missing=0.02, storm=Storm(share=0.03) if seed == 6 else None)
    whole = Trial(habits, seed=seed, world=world, spec=spec(budget={"episodes": 1_300}))
    record = whole.run()
    broken = Trial(habits, seed=seed, world=world, spec=spec(budget={"episodes": 1_300}))
    stream, parts = random_stream(seed, "breaks"), 1
    while (again := _broken_off(broken, stream.uniform(1.0, 100.0) * parts)) is None:
        parts, broken.slots = parts + 1, stream.choice((4, 16, 64, 256))
    assert parts > 3
    assert again.decisions == record.decisions
    assert len(broken.ledger.results) <= record.spec.budget.episodes
    assert broken.asked == whole.asked


def _broken_off(trial: Trial, until_s: float) -> CampaignRecord | None:
    try:
        return trial.run(until_s)
    except TimeoutError:
        return None


def test_slots_and_durations_change_no_decision() -> None:
    for seed in (3, 6, 7):
        tight = spec(budget={"episodes": 1_500})
        records = [
            Trial(NULL, seed=seed, slots=slots, world=World(seed=0, sigma=sigma), spec=tight).run().decisions
            for slots, sigma in ((4, 1.0), (64, 0.1), (64, 1.5), (256, 1.0))
        ]
        assert all(record == records[0] for record in records)
