"""Points on curves."""

import pytest
from support.episodes import EpisodeBuilder, spec

from wardian.scoring.result import Result
from wardian.scoring.score import Score, Scored
from wardian.tracking.curves import POINTS, Curves, Point


def judged(success: float, arm: str = "a", price: float | None = 0.01) -> Result:
    episode = EpisodeBuilder(spec(arm), price=price).call("get").say("Bye.").done()
    return Result.of(Scored(episode=episode, scores=(Score(metric="success", value=success),)))


def of_arm(curves: Curves, *results: Result) -> list[Point]:
    return [point for result in results for point in curves.add(result) if point.arm is not None]


def test_running_means_and_totals() -> None:
    points = of_arm(Curves(3, 1), judged(1.0), judged(0.0), judged(0.0))
    assert [point.step for point in points] == [1, 2, 3]
    assert [point.values["success"] for point in points] == pytest.approx([1.0, 0.5, 1 / 3])
    assert points[-1].values["turns"] == 2
    assert points[-1].values["total_tokens"] == 3 * 220
    assert points[-1].values["total_cost_usd"] == pytest.approx(0.06)


def test_an_unknown_price_leaves_the_cost_out_for_good() -> None:
    points = of_arm(Curves(3, 1), judged(1.0), judged(1.0, price=None), judged(1.0))
    assert ["total_cost_usd" in point.values for point in points] == [True, False, False]


def test_missing_episodes_do_not_count(missing: Result) -> None:
    curves = Curves(2, 1)
    assert list(curves.add(missing)) == []
    assert curves.episodes("a") == 0
    assert of_arm(curves, judged(1.0))[0].values["success"] == 1.0


def test_the_whole_run_has_totals_but_no_mean_over_arms() -> None:
    curves = Curves(2, 2)
    points = [point for arm in "ab" for point in curves.add(judged(1.0, arm)) if point.arm is None]
    assert [point.values["episodes"] for point in points] == [1, 2]
    assert "success" not in points[0].values


def test_a_long_run_has_about_as_many_points_as_a_short_one() -> None:
    curves = Curves(10_000, 2)
    result = judged(1.0)
    points = [point for _ in range(5_000) for point in curves.add(result)]
    assert sum(point.arm == "a" for point in points) == POINTS
    assert sum(point.arm is None for point in points) == POINTS // 2
    list(curves.add(result))
    assert {point.arm: point.step for point in curves.last()} == {"a": 5_001, None: 5_001}


def test_the_same_results_give_the_same_points() -> None:
    results = [judged(1.0), judged(0.0)]
    assert of_arm(Curves(2, 1), *results) == of_arm(Curves(2, 1), *results)


def test_simulated_arms_are_remembered() -> None:
    curves = Curves(2, 2)
    for arm in ("a", "b"):
        episode = EpisodeBuilder(spec(arm), simulated=arm == "a").say("x").done()
        list(curves.add(Result.of(Scored(episode=episode))))
    assert curves.simulated == {"a"}
