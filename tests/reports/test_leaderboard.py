"""Ranking, missing episodes, money and pairs, on results made by hand."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from support.episodes import EpisodeBuilder, spec

from wardian.base.errors import Cause, Failure
from wardian.reports.background import Background
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.sections import leaderboard_sections
from wardian.reports.standings import Broken, Comparison, Standing, Standings
from wardian.scoring.metric import Metric
from wardian.scoring.result import Result
from wardian.scoring.score import Scored
from wardian.scoring.statistics import clustered_mean, paired_difference, wilson
from wardian.scoring.trajectory import TrajectoryScorer


def result(
    arm: str, task: int, success: float, *, seed: int = 0, cost: float | None = 0.5, world: str = "shop"
) -> Result:
    values = {"success": success, "turns": 4.0 + seed}
    return Result(arm, world, f"t{task}", seed, seed, values=values, cost_usd=cost)


def missing(arm: str, task: int, cause: Cause, *, seed: int = 0) -> Result:
    return Result(arm, "shop", f"t{task}", seed, seed, missing=cause, cost_usd=0.25)


def only(board: Leaderboard) -> Standing:
    (standing,) = board.standings().arms
    return standing


def test_the_best_comes_first_and_the_cheaper_of_equals() -> None:
    rows = [
        result("bad", 1, 0.0),
        result("dear", 1, 1.0, cost=9.0),
        result("cheap", 1, 1.0),
        result("free?", 1, 1.0, cost=None),
    ]
    assert [arm.arm for arm in Leaderboard.of(rows).standings().arms] == ["cheap", "dear", "free?", "bad"]


def test_one_repeat_is_wilson_over_tasks() -> None:
    standing = only(Leaderboard.of(result("a", task, float(task < 7)) for task in range(10)))
    assert standing.success == wilson(7, 10)
    assert (standing.episodes, standing.tasks) == (10, 10)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_values_beyond_what_users_declared_lie_within_their_interval(sign: float) -> None:
    own = Metric(name="mood", unit="number", better="higher", high=1.0, description="Of the user.")
    rows = [replace(result("a", task, 1.0), values={"success": 1.0, "mood": sign * (3.0 + task)}) for task in range(4)]
    (found,) = (
        each.estimate
        for each in Leaderboard.of(rows, Background(own=(own,))).standings().arms[0].metrics
        if each.metric == "mood"
    )
    assert found == clustered_mean([sign * (3.0 + task) for task in range(4)])


def test_missing_episodes_are_left_out_counted_and_bounded() -> None:
    rows = [result("a", 1, 1.0), result("a", 2, 0.0), missing("a", 3, "provider"), missing("a", 4, "infra")]
    standing = only(Leaderboard.of([*rows, missing("a", 5, "provider")]))
    assert standing.success is not None
    assert (standing.success.value, standing.success.tasks, standing.episodes) == (0.5, 2, 2)
    assert [(entry.cause, entry.episodes) for entry in standing.missing] == [("provider", 2), ("infra", 1)]
    assert standing.worst_case == pytest.approx((0.2, 0.8))


def test_an_arm_without_any_outcome_stands_last() -> None:
    board = Leaderboard.of([missing("lost", 1, "infra"), result("bad", 1, 0.0)])
    last = board.standings().arms[-1]
    assert (last.arm, last.success, last.worst_case, last.reliability, last.metrics) == (
        "lost",
        None,
        (0.0, 1.0),
        (),
        (),
    )
    assert board.standings().comparisons == ()


def test_an_episode_played_again_after_it_was_missing_counts() -> None:
    standing = only(Leaderboard.of([missing("a", 1, "infra"), result("a", 1, 1.0)]))
    assert (standing.missing, standing.episodes, standing.cost_usd) == ((), 1, 0.75)


def test_the_same_episode_twice_counts_once() -> None:
    standing = only(Leaderboard.of([result("a", 1, 1.0), result("a", 1, 1.0), missing("a", 1, "infra")]))
    assert (standing.episodes, standing.missing, standing.cost_usd) == (1, (), 0.5)


def test_one_unknown_price_makes_the_cost_unknown_for_good() -> None:
    assert only(Leaderboard.of([result("a", 1, 1.0, cost=None), result("a", 2, 1.0)])).cost_usd is None
    assert only(Leaderboard.of([result("a", 2, 1.0), result("a", 1, 1.0, cost=None)])).cost_usd is None


def test_reliability_over_the_tasks_with_enough_tries() -> None:
    rows = [result("a", 1, float(seed < 2), seed=seed) for seed in range(3)]
    standing = only(Leaderboard.of([*rows, result("a", 2, 1.0), result("a", 2, 1.0, seed=1)]))
    one, two, three = standing.reliability
    assert (one.k, two.k, three.k) == (1, 2, 3)
    assert (one.all_of.value, one.any_of.value) == pytest.approx(((2 / 3 + 1) / 2, (2 / 3 + 1) / 2))
    assert (two.all_of.value, two.any_of.value) == pytest.approx(((1 / 3 + 1) / 2, 1.0))
    assert (three.all_of.value, three.all_of.tasks) == (0.0, 1)


def test_metrics_are_means_of_task_means() -> None:
    rows = [result("a", 1, 1.0, seed=0), result("a", 1, 1.0, seed=2), result("a", 2, 1.0, seed=1)]
    turns = only(Leaderboard.of(rows)).mean("turns")
    assert turns is not None
    assert (turns.value, turns.tasks) == (5.0, 2)
    assert only(Leaderboard.of(rows)).mean("recovery_rate") is None


class TestComparison:
    def test_pairs_are_tried_on_the_same_task_and_seed(self) -> None:
        rows = [result("a", task, 1.0) for task in range(6)] + [result("b", task, float(task > 2)) for task in range(5)]
        rows.append(result("b", 5, 0.0, seed=1))
        (comparison,) = Leaderboard.of(rows).standings().comparisons
        assert (comparison.best, comparison.other, comparison.pairs) == ("a", "b", 5)
        assert comparison.difference == paired_difference([[1.0], [1.0], [1.0], [0.0], [0.0]])

    def test_without_pairs_nothing_is_claimed(self) -> None:
        assert not Leaderboard.of([result("a", 1, 1.0), result("b", 2, 0.0)]).standings().comparisons

    def test_many_comparisons_are_paid_for(self) -> None:
        def wins(arms: int) -> Comparison:
            rows = [result("best", task, 1.0) for task in range(10)]
            rows += [result(f"b{arm}", task, float(task > 7)) for arm, task in product(range(arms), range(10))]
            return Leaderboard.of(rows).standings().comparisons[0]

        assert wins(3).p_value == pytest.approx(3 * wins(1).p_value)

    def test_it_is_worth_more_than_two_intervals_side_by_side(self) -> None:
        """Both arms fail the same hard tasks: unpaired intervals overlap, the paired one does not touch 0."""
        rows = [result("a", task, float(task % 2), seed=seed) for task, seed in product(range(40), range(4))]
        rows += [result("b", t, float(t % 2 and s > 0), seed=s) for t, s in product(range(40), range(4))]
        standings = Leaderboard.of(rows).standings()
        first, second = (arm.success for arm in standings.arms)
        assert first is not None
        assert second is not None
        assert first.low is not None
        assert second.high is not None
        assert first.low < second.high
        low = standings.comparisons[0].difference.low
        assert low is not None
        assert low > 0


def test_inclusion_is_a_mean_for_each_member_and_no_metric_of_the_leaderboard() -> None:
    board = Leaderboard()
    board.add(replace(result("a", 1, 1.0), inclusion={"fast": 1.0, "slow#1": 0.0}))
    board.add(replace(result("a", 2, 1.0), inclusion={"fast": 0.5}))
    standing = only(board)
    found = {mean.metric: mean.estimate.value for mean in standing.inclusion}
    assert found == {"inclusion_rate.fast": 0.75, "inclusion_rate.slow#1": 0.0}
    assert not found.keys() & {mean.metric for mean in standing.metrics}


def test_environments_can_be_told_apart() -> None:
    rows = [result("a", 1, 1.0), result("a", 1, 0.0, world="bank"), result("b", 1, 1.0, world="bank")]
    board = Leaderboard.of(rows)
    assert board.environments == ("bank", "shop")
    assert [(arm.arm, arm.tasks) for arm in board.standings("bank").arms] == [("b", 1), ("a", 1)]
    assert [arm.arm for arm in board.standings("shop").arms] == ["a"]
    assert board.standings().arms[1].cost_usd == 1.0


async def test_it_takes_the_results_of_scored_episodes() -> None:
    async def played(arm: str, success: bool) -> Result:
        episode = EpisodeBuilder(spec(arm), simulated=True).call("look").done(success, reference_calls=1)
        return Result.of(Scored(episode=episode, scores=tuple(await TrajectoryScorer().score(episode))))

    board = Leaderboard()
    board.add(await played("good", True))
    board.add(await played("bad", False))
    standings = board.standings()
    assert [arm.arm for arm in standings.arms] == ["good", "bad"]
    assert standings.simulated
    assert Standings.model_validate_json(standings.model_dump_json()) == standings


def test_order_of_arrival_does_not_matter() -> None:
    rows = [
        result(arm, task, float((task + len(arm)) % 3 > 0), seed=s)
        for arm, task, s in product(("a", "bb"), range(9), (0, 1))
    ]
    one, other = Leaderboard.of(rows).standings(), Leaderboard.of(reversed(rows)).standings()
    for left, right in zip(one.arms, other.arms, strict=True):
        assert (left.arm, left.cost_usd, left.worst_case) == (right.arm, right.cost_usd, right.worst_case)
        assert left.success is not None
        assert right.success is not None
        assert left.success.low == pytest.approx(right.success.low)


def test_a_drawn_p_value_depends_on_the_results_and_not_on_their_order() -> None:
    rows = [
        result(arm, task, float((task * 7 + seed * seed + 3 * len(arm)) % 5 > len(arm)), seed=seed)
        for arm, task, seed in product(("a", "bb"), range(40), range(3))
    ]
    (one,), (other,) = (Leaderboard.of(each).standings().comparisons for each in (rows, reversed(rows)))
    assert 0 < one.p_value == other.p_value < 1


def test_results_are_taken_one_by_one() -> None:
    taken = []

    def stream() -> Iterator[Result]:
        for task in range(5):
            taken.append(task)
            yield result("a", task, 1.0)

    assert only(Leaderboard.of(stream())).episodes == len(taken) == 5


def test_success_is_told_apart_by_how_users_behave() -> None:
    rows = [replace(result("a", task, float(task % 3 > 0)), persona=("calm", "hasty")[task % 2]) for task in range(12)]
    means = [each for each in only(Leaderboard.of(rows)).slices if each.by == "persona"]
    assert [(each.name, each.tasks) for each in means] == [("calm", 6), ("hasty", 6)]
    assert [each.success.value for each in means] == pytest.approx([4 / 6, 4 / 6])
    titles = [section.title for section in leaderboard_sections(Leaderboard.of(rows).standings())]
    assert "Success % [95 %] by how users behave" in titles
    alike = Leaderboard.of(result("a", task, 1.0) for task in range(3))
    assert only(alike).slices == ()
    assert len(leaderboard_sections(alike.standings())) == 2


def test_what_agents_break_themselves_is_told_with_the_first_reason() -> None:
    failure = Failure(kind="agent_failed", message="ValueError: I am broken", cause="agent")
    rows = [replace(result("own", task, 0.0), failure=failure if task else None) for task in range(4)]
    board = Leaderboard.of(rows)
    assert only(board).broken == Broken(episodes=3, why="t1: ValueError: I am broken")
    (ranking, *_) = leaderboard_sections(board.standings())
    assert "own: 3 broken off by the agent itself, such as t1: ValueError: I am broken" in ranking.notes
    assert only(Leaderboard.of([result("own", 1, 1.0)])).broken is None


def test_a_run_whose_users_a_model_spoke_for_says_so() -> None:
    (ranking, *_) = leaderboard_sections(Leaderboard.of([replace(result("a", 1, 1.0), stochastic=True)]).standings())
    assert any("would hear other words" in note for note in ranking.notes)
