"""Which metrics tell successes from failures."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from wardian.reports.background import Background
from wardian.reports.calibration import PARTS
from wardian.reports.details import detail_sections
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.standings import Calibration, Standings
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.result import Result
from wardian.scoring.statistics import auroc


def result(task: int, values: Mapping[str, float], *, arm: str = "a", world: str = "shop", seed: int = 0) -> Result:
    return Result(arm, world, f"t{task}", seed, seed, values=values)


def table(standings: Standings, arm: str | None = None) -> dict[str, Calibration]:
    return {row.metric: row for row in standings.calibration if row.arm == arm}


def test_what_goes_with_success_is_near_one_whichever_way_is_better() -> None:
    rows = [
        result(task, {"success": task % 2, "loop_len": 9.0 - task % 2, "turns": 9.0 - task % 2}) for task in range(20)
    ]
    found = table(Leaderboard.of(rows).standings())
    assert found["loop_len"].auroc.value == 1.0
    assert found["turns"].auroc.value == 0.0
    assert found["success"].auroc.value == 1.0


def test_metrics_of_users_count_the_way_they_are_better() -> None:
    own = Metric(name="complaints", unit="number", better="lower", description="How many.")
    rows = [result(task, {"success": task % 2, "complaints": 1.0 - task % 2}) for task in range(20)]
    assert table(Leaderboard.of(rows, Background(own=(own,))).standings())["complaints"].auroc.value == 1.0


def test_it_is_the_auroc_over_tasks() -> None:
    generator = np.random.default_rng(1)
    cells = [
        (task, seed, float(generator.random() < 0.5), generator.normal()) for task, seed in product(range(9), range(3))
    ]
    rows = [result(task, {"success": s, "tokens": v}, seed=seed) for task, seed, s, v in cells]
    expected = auroc([-v for *_, v in cells], [s == 1 for _, _, s, _ in cells], [task for task, *_ in cells])
    assert table(Leaderboard.of(rows).standings())["tokens"].auroc == expected


def test_a_metric_counts_where_it_applies() -> None:
    rows = [
        result(task, {"success": task % 2, **({"recovery_rate": task / 20} if task > 9 else {})}) for task in range(20)
    ]
    rows.insert(3, Result("a", "shop", "t99", 0, 0, missing="infra"))
    found = table(Leaderboard.of(rows).standings())
    assert (found["recovery_rate"].episodes, found["success"].episodes) == (10, 20)


def test_each_arm_is_told_beside_all_of_them() -> None:
    rows = [
        result(task, {"success": float(task % 2), "turns": task % 2 + 5.0 * (arm == "b")}, arm=arm)
        for task, arm in product(range(10), ("a", "b"))
    ]
    standings = Leaderboard.of(rows).standings()
    assert table(standings, "a")["turns"].auroc.value == table(standings, "b")["turns"].auroc.value == 1.0
    assert table(standings)["turns"].auroc.value == 0.75
    alone = Leaderboard.of(row for row in rows if row.arm == "a").standings()
    assert {row.arm for row in alone.calibration} == {None}


def test_what_says_nothing_at_all_has_no_line() -> None:
    rows = [result(task, {"success": task % 2, "tokens": 5.0}) for task in range(6)]
    assert set(table(Leaderboard.of(rows).standings())) == {"success"}
    assert (
        Leaderboard.of(result(task, {"success": 1.0, "tokens": task}) for task in range(6)).standings().calibration
        == ()
    )


def test_environments_are_told_apart() -> None:
    rows = [
        result(task, {"success": task % 2, "turns": (task % 2) * (1 if world == "shop" else -1)}, world=world)
        for task, world in product(range(8), ("shop", "bank"))
    ]
    board = Leaderboard.of(rows)
    assert table(board.standings("shop"))["turns"].auroc.value == 1.0
    assert table(board.standings("bank"))["turns"].auroc.value == 0.0
    assert table(board.standings())["turns"].auroc.value == 0.5


def test_success_and_its_parts_are_marked_and_come_last() -> None:
    values = [
        {"success": float(task % 2), "score": task % 2 / 2, "turns": task % 3, "my_own": task % 5} for task in range(20)
    ]
    standings = Leaderboard.of(result(task, each) for task, each in enumerate(values)).standings()
    assert {name: row.kin for name, row in table(standings).items()} == {
        "success": "itself",
        "score": "part",
        "turns": None,
        "my_own": None,
    }
    *_, section = detail_sections(standings)
    assert [row[0] for row in section.rows][-2:] == ["success↑*", "score↑*"]
    assert any(note.startswith("* is success itself") for note in section.notes)


def test_users_metrics_say_which_way_is_better() -> None:
    own = Metric(name="words", unit="number", better="lower", description="Words.")
    results = [result(task, {"success": float(task % 2), "words": float(task % 5)}) for task in range(20)]
    *_, section = detail_sections(Leaderboard.of(results, Background(own=(own,))).standings())
    assert [row[0] for row in section.rows] == ["words↓", "success↑*"]


def test_the_parts_are_metrics_of_the_catalogue() -> None:
    assert {metric.name for metric in CATALOGUE} >= PARTS


def test_ten_thousand_episodes_take_a_moment() -> None:
    generator = np.random.default_rng(2)
    names = [metric.name for metric in CATALOGUE if metric.name != "success"]
    numbers = generator.normal(size=(10_000, len(names)))
    board = Leaderboard()
    for row, values in enumerate(numbers):
        success = {"success": float(values[0] > 0)}
        board.add(result(row // 8, {**dict(zip(names, map(float, values), strict=True)), **success}, seed=row % 8))
    standings = board.standings()
    assert len(standings.calibration) == len(CATALOGUE)
    assert table(standings)[names[1]].auroc.value == pytest.approx(0.5, abs=0.03)


def test_an_episode_that_comes_twice_counts_once() -> None:
    rows = [result(task, {"success": task % 2, "turns": task}) for task in range(6)]
    again = [replace(row, values={"success": 1.0, "turns": 0.0}) for row in rows]
    assert Leaderboard.of([*rows, *again]).standings().calibration == Leaderboard.of(rows).standings().calibration
