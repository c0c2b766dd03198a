"""What is said of a sweep."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from support.sweeps import Chances, Drawn, played, sweep

from wardian.episodes.record import EpisodeSpec
from wardian.reports.sweep.reckoning import sweep_report
from wardian.reports.sweep.sections import sweep_sections, verdict
from wardian.reports.sweep.standing import SweepReport
from wardian.specs.sweeps import SweepEnding, SweepSpec


def report(
    chance: Chances,
    count: int = 8,
    tasks: int = 64,
    ending: SweepEnding = "halving",
    costs: Mapping[str, float] | None = None,
    **more: Any,
) -> SweepReport:
    spec = SweepSpec.model_validate({"agent": "a", "over": {"temperature": [0, 1]}, "ending": ending})
    world = Drawn(chance, costs=costs)
    record = played(sweep(spec, count, tasks, **more), world)
    return sweep_report("run", record, world.results)


def clear(arm: str, _: object) -> float:
    return {"a@3": 0.95, "idle": 0.5}.get(arm, 0.1)


def test_one_that_is_clearly_better_is_the_winner() -> None:
    found = report(clear)
    assert found.winner == found.best == "a@3"
    assert verdict(found).startswith("a@3 is better than the other one that was played to the end; ")


def test_a_full_sweep_can_have_one_that_is_better_than_all() -> None:
    assert verdict(report(clear, ending="full")) == "a@3 is better than every other configuration."


def test_values_are_those_of_the_best_and_the_difference_to_it() -> None:
    found = report(clear, ending="full")
    assert found.standings[0].value == pytest.approx(0.95, abs=0.06)


def test_where_all_are_alike_nobody_wins() -> None:
    found = report(lambda *_: 0.5)
    assert found.winner is None
    assert verdict(found).startswith("No separable winner: ")


def test_arms_beside_the_sweep_are_compared_and_never_win() -> None:
    found = report(clear, beside=("idle",))
    last = found.standings[-1]
    assert (last.arm, last.settings, last.episodes) == ("idle", {}, 64)
    assert last.versus_best is not None
    assert last.versus_best.value == pytest.approx(0.5 - 0.95, abs=0.12)


def test_the_front_leads_from_cheap_to_good() -> None:
    costs = {f"a@{number}": 0.01 * (number + 1) for number in range(4)}
    chances = {"a@0": 0.3, "a@1": 0.2, "a@2": 0.7, "a@3": 0.9}
    found = report(lambda arm, _: chances[arm], 4, 200, "full", costs)
    assert {each.arm for each in found.standings if each.front} == {"a@0", "a@2", "a@3"}
    assert [row[0] for row in sweep_sections(found)[1].rows] == ["a@0", "a@2", "a@3"]


def test_one_that_was_dropped_on_easy_tasks_is_not_the_better_for_it() -> None:
    """Its value is that of the best one, and the difference on what both played."""
    easy = report(lambda arm, each: 1.0, 8)
    assert {each.value for each in easy.standings} == {1.0}
    assert [each.cost_usd for each in easy.standings] == pytest.approx([0.01] * 8)


def test_a_setting_is_judged_over_all_values_of_the_others() -> None:
    found = report(lambda arm, _: 0.9 if arm == "a@3" else 0.4, 4, 80)
    assert [each.value for each in found.effects] == [0.0, 0.1, 0.2, 0.3]
    assert next(each for each in found.effects if each.difference is None).value == 0.3


def test_a_long_report_is_cut_for_terminals_and_says_so() -> None:
    shown = sweep_sections(report(clear, 30), few=5)[0]
    assert len(shown.rows) == 5
    assert ": 5 of 30 configurations, 25 are not shown" in shown.title
    assert any(note.startswith("25 more configurations") for note in shown.notes)


def test_one_that_was_dropped_at_once_has_no_numbers_that_say_nothing() -> None:
    found = report(lambda arm, _: 0.9 if arm == "a@3" else 0.5, 16, 32)
    vague = {each.arm for each in found.standings if not each.telling}
    assert vague
    assert not [each.arm for each in found.standings if each.front and each.arm in vague]
    rows = {row[0]: row for row in sweep_sections(found)[0].rows}
    assert all(rows[arm][1:3] == ("-", "too few to say") for arm in vague)
    assert all(each.telling for each in found.standings if each.dropped is None or each.separated)


def test_of_those_that_played_as_much_the_better_stands_first() -> None:
    found = report(clear, 16, 64)
    order = [(each.dropped is not None, -each.episodes, -(each.value or 0.0)) for each in found.standings]
    assert order == sorted(order)


def test_all_intervals_hold_at_once_whoever_came_first() -> None:
    """Chances are the same for all, so that every difference is 0; the best is chosen, others dropped on the way."""
    rounds, wrong = 60, 0
    for seed in range(rounds):
        generator = np.random.default_rng(seed)
        draws = {f"a@{number}": generator.random(32) < 0.5 for number in range(8)}
        found = report(partial(drawn, draws), 8, 32)
        shown = [each.versus_best for each in found.standings if each.versus_best is not None]
        wrong += any(
            each.low is not None and each.high is not None and not each.low <= 0 <= each.high for each in shown
        )
    assert wrong / rounds <= 0.05


def drawn(draws: Mapping[str, NDArray[np.bool_]], arm: str, each: EpisodeSpec) -> float:
    return float(draws[arm][int(each.task.id[1:])])
