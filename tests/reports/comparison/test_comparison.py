"""Two runs beside each other, on results made by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from wardian.base.errors import ConfigError
from wardian.reports.comparison.change import ArmChange, RunComparison
from wardian.reports.comparison.gate import Demand, limits
from wardian.reports.comparison.reckoning import arm_change
from wardian.reports.comparison.runs import Played, compare_runs
from wardian.reports.comparison.sections import SHOWN_FLIPS, comparison_sections
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.markdown import sections_markdown
from wardian.scoring.metric import Direction, Metric
from wardian.scoring.result import Result
from wardian.scoring.statistics import paired_difference

ONE = ["success=0.3"]


def result(
    task: int, success: float, *, seed: int = 0, arm: str = "a", more: Mapping[str, float] | None = None
) -> Result:
    values = {"success": success, **(more or {})}
    key = f"{arm}-{task}-{seed}-{success:g}"
    return Result(arm, "shop", f"t{task:03}", seed, seed, values=values, cost_usd=0.5, episode=key, arm_digest=key)


def change(before: Iterable[Result], after: Iterable[Result]) -> ArmChange:
    found = arm_change(before, after)
    assert found is not None
    return found


def notes(found: ArmChange) -> str:
    comparison = RunComparison(before="x", after="y", arms=(found,))
    return "\n".join(note for section in comparison_sections(comparison) for note in section.notes)


def test_pairs_are_the_tasks_and_seeds_that_both_have() -> None:
    before = [result(task, 1.0, seed=seed) for task, seed in product(range(4), (0, 1))]
    after = [result(task, 0.0, seed=seed) for task, seed in product((2, 3, 4, 5), (1, 2))]
    found = change(before, after)
    assert (found.pairs, found.tasks, found.alone) == (2, 2, (6, 6))
    assert "Episodes left out, because the other run has not played them: 6 before, 6 after." in notes(found)


def test_without_a_pair_there_is_no_change() -> None:
    assert arm_change([result(1, 1.0)], [result(2, 1.0)]) is None


def test_the_difference_is_after_minus_before() -> None:
    before = [result(task, float(task < 5)) for task in range(10)]
    after = [result(task, float(task < 8)) for task in range(10)]
    success = change(before, after).metric("success")
    assert success is not None
    assert (success.before, success.after, success.pairs) == (0.5, 0.8, 10)
    assert success.difference == paired_difference([[float(5 <= task < 8)] for task in range(10)])


def test_tasks_that_flipped_are_named_the_worst_first() -> None:
    before = [result(task, float(task in (1, 2)), seed=seed) for task, seed in product(range(4), (0, 1))]
    after = [
        result(task, float(task == 3 or (task == 2 and seed)), seed=seed) for task, seed in product(range(4), (0, 1))
    ]
    flips = change(before, after).flips
    assert [(flip.task, flip.before, flip.after) for flip in flips] == [
        ("t001", 1.0, 0.0),
        ("t002", 1.0, 0.5),
        ("t003", 0.0, 1.0),
    ]
    assert flips[1].episodes == (("a-2-0-1", "a-2-0-0"),)


def test_a_metric_counts_where_it_applies_to_both() -> None:
    before = [result(1, 1.0, more={"tokens": 100.0}), result(2, 1.0), result(3, 1.0, more={"tokens": 300.0})]
    after = [result(task, 1.0, more={"tokens": 150.0}) for task in (1, 2, 3)]
    tokens = change(before, after).metric("tokens")
    assert tokens is not None
    assert (tokens.before, tokens.after, tokens.pairs, tokens.difference.value) == (200.0, 150.0, 2, -50.0)


def test_metrics_that_the_catalogue_does_not_know_come_last() -> None:
    rows = [result(task, 1.0, more={"my_own": float(task), "tokens": 1.0}) for task in (1, 2)]
    assert [each.metric for each in change(rows, rows).metrics] == ["success", "tokens", "my_own"]


def test_every_metric_more_makes_each_claim_dearer_but_not_that_of_success() -> None:
    def p_values(more: int) -> tuple[float, float]:
        extra = {f"m{number}": 1.0 for number in range(more)}
        before = [result(task, 0.0, more={**extra, "spl": 0.0}) for task in range(8)]
        found = change(before, [result(task, 1.0, more={**extra, "spl": 1.0}) for task in range(8)])
        success, spl = found.metric("success"), found.metric("spl")
        assert success is not None
        assert spl is not None
        return success.p_value, spl.p_value

    alone, among = p_values(0), p_values(4)
    assert alone[0] == alone[1] == among[0]
    assert among[1] == pytest.approx(5 * alone[1])


def test_shares_that_are_no_plain_yes_or_no_and_never_move_get_no_interval() -> None:
    rows = [result(task, task % 2, more={"progress_auc": task / 10, "gave_up": 0.0}) for task in range(9)]
    found = change(rows, rows)
    moves = {each.metric: each.difference for each in found.metrics}
    assert (moves["progress_auc"].low, moves["progress_auc"].high) == (None, None)
    for name in ("success", "gave_up"):
        assert moves[name].low is not None, "chance may move a yes or no next time"
    assert "The same on every task: progress_auc." in notes(found)


def test_a_difference_of_shares_stays_within_what_is_possible() -> None:
    before = [result(task, 0.0, more={"spl": 0.1 * task}) for task in range(2)]
    spl = change(before, [result(task, 1.0, more={"spl": 0.9}) for task in range(2)]).metric("spl")
    assert spl is not None
    assert spl.difference.high == 1.0


def test_success_of_two_arms_is_as_sure_as_on_their_leaderboard() -> None:
    plain = [result(task, float(task % 3 > 0), arm="plain", more={"tokens": 1.0}) for task in range(30)]
    careful = [result(task, float(task % 7 > 0), arm="careful", more={"tokens": 2.0}) for task in range(30)]
    success = change(plain, careful).metric("success")
    (standing,) = Leaderboard.of([*plain, *careful]).standings().comparisons
    assert success is not None
    assert (success.p_value, success.difference) == (standing.p_value, standing.difference)


def test_what_is_missing_is_counted_and_bounded() -> None:
    before = [result(1, 1.0), result(2, 0.0), Result("a", "shop", "t003", 0, 0, missing="infra", cost_usd=0.1)]
    after = [result(1, 1.0), Result("a", "shop", "t002", 0, 0, missing="provider", cost_usd=0.1), result(3, 1.0)]
    found = change(before, after)
    assert (found.pairs, found.missing) == (3, (1, 1))
    assert found.worst_case == pytest.approx((0.0, 2 / 3))
    assert "between +0.0 and +66.7 points" in notes(found)


def test_cost_is_that_of_the_pairs() -> None:
    before = [result(task, 1.0) for task in range(30)]
    found = change(before, [replace(result(task, 1.0), cost_usd=0.4 + task / 1000) for task in range(20)])
    assert found.cost is not None
    assert found.cost.before == pytest.approx(10.0)
    assert found.cost.ratio is not None
    assert found.cost.ratio.low is not None
    assert found.cost.ratio.low < 0.819 < (found.cost.ratio.high or 0)
    unknown = change(before, [replace(result(task, 1.0), cost_usd=None) for task in range(20)])
    assert unknown.cost is None
    assert "unknown" in notes(unknown)


def test_what_was_free_has_no_ratio() -> None:
    free = [replace(result(task, 1.0), cost_usd=0.0) for task in range(5)]
    cost = change(free, free).cost
    assert cost is not None
    assert (cost.before, cost.ratio) == (0.0, None)


def test_an_environment_that_changed_is_named() -> None:
    before = [replace(result(task, 1.0), environment_digest="old") for task in range(3)]
    found = change(before, [replace(each, environment_digest="new") for each in before])
    assert found.changed == ("shop",)
    assert "Not the same environment any more (files or knobs differ): shop." in notes(found)


def test_the_same_agent_twice_is_said() -> None:
    rows = [replace(result(task, 1.0), arm_digest="d") for task in range(3)]
    assert change(rows, rows).same_agent
    assert not change(rows, [replace(each, arm_digest="e") for each in rows]).same_agent


def test_repeats_tell_how_many_tasks_it_takes() -> None:
    before = [result(task, float(task % 2), seed=seed) for task, seed in product(range(10), (0, 1))]
    after = [result(task, float((task + seed) % 2), seed=seed) for task, seed in product(range(10), (0, 1))]
    found = change(before, after)
    assert found.variation is not None
    assert f"3 points {found.variation.tasks_for(0.03, 2):,}" in notes(found)
    assert "each played 2 times" in notes(found)
    assert "each played once" in notes(change(before[1::2], after[1::2]))
    assert "points in 80 %" not in notes(change(before, before))


def test_templates_may_be_clusters() -> None:
    before = [replace(result(task, 0.0), template=f"k{task % 4}") for task in range(40)]
    after = [replace(row, values={"success": float(number % 4 == 0)}) for number, row in enumerate(before)]
    found = change(before, after)
    success = found.metric("success")
    assert success is not None
    assert found.across_templates is not None
    assert success.difference.low is not None
    assert found.across_templates.low is not None
    assert found.across_templates.value == success.difference.value == 0.25
    assert found.across_templates.low < 0 < success.difference.low
    assert "For other templates like these the difference of success is +25.0 [" in notes(found)
    assert change(before[::4], after[::4]).across_templates is None


def test_only_so_many_tasks_are_named_of_both_kinds() -> None:
    before = [result(task, float(task < 50)) for task in range(60)]
    found = change(before, [result(task, float(task >= 50)) for task in range(60)])
    flipped = comparison_sections(RunComparison(before="x", after="y", arms=(found,)))[-1]
    assert flipped.title == "Tasks of a that went worse: 50, better: 10"
    assert len(flipped.rows) == SHOWN_FLIPS
    assert [row[0] for row in flipped.rows[19:21]] == ["shop/t019", "shop/t050"]
    assert flipped.notes == ("and 30 more, see --json",)


class TestWhichArms:
    def played(self, *arms: str) -> Played:
        return Played("run", [result(task, 1.0, arm=arm) for task, arm in product(range(3), arms)])

    def pairs(self, before: Played, after: Played, *arms: str) -> list[tuple[str, str]]:
        return [(each.before, each.after) for each in compare_runs(before, after, arms=arms, limits=()).arms]

    def test_those_of_the_same_name(self) -> None:
        comparison = compare_runs(self.played("b", "a", "x"), self.played("a", "b", "y"), arms=(), limits=())
        assert [(each.before, each.after) for each in comparison.arms] == [("a", "a"), ("b", "b")]
        assert comparison.unpaired == ("x", "y")

    def test_the_only_ones(self) -> None:
        assert self.pairs(self.played("old"), self.played("new")) == [("old", "new")]

    def test_those_that_are_named(self) -> None:
        assert self.pairs(self.played("a", "b"), self.played("a", "c"), "b=c") == [("b", "c")]

    @pytest.mark.parametrize(
        ("arms", "error"),
        [
            (("strang",), "the first run has no arm 'strang'; did you mean 'strong'?"),
            (("strong=wek",), "the second run has no arm 'wek'"),
            ((), "no arm of the same name"),
        ],
    )
    def test_names_that_are_none(self, arms: tuple[str, ...], error: str) -> None:
        with pytest.raises(ConfigError, match=error.replace("?", r"\?")):
            compare_runs(self.played("strong", "x"), self.played("weak", "y"), arms=arms, limits=())

    def test_runs_that_share_nothing(self) -> None:
        other = Played("other", [replace(result(1, 1.0), seed=99)])
        with pytest.raises(ConfigError, match="run and other share no task and seed"):
            compare_runs(self.played("a"), other, arms=(), limits=())


class TestLimits:
    def judged(self, word: str, demand: Demand, dropped: int, tasks: int = 100) -> tuple[str, bool]:
        """Of one metric of `dropped` tasks: 1 success less, or 20 tokens more."""
        fine, metric = {"success": 1.0, "tokens": 10.0}, word.partition("=")[0]
        worse = {**fine, metric: {"success": 0.0, "tokens": 30.0}.get(metric, 0.0)}
        before = Played("x", [result(task, 1.0, more=fine) for task in range(tasks)])
        after = Played("y", [result(task, 1.0, more=worse if task < dropped else fine) for task in range(tasks)])
        (ruling,) = compare_runs(before, after, arms=(), limits=limits([word], demand)).rulings
        return ruling.finding, ruling.passed

    @pytest.mark.parametrize(
        ("dropped", "finding", "shown", "excluded"),
        [(0, "kept", True, True), (4, "open", True, False), (30, "broken", False, False)],
    )
    def test_the_interval_decides(self, dropped: int, finding: str, shown: bool, excluded: bool) -> None:
        assert self.judged("success=0.05", "not shown", dropped) == (finding, shown)
        assert self.judged("success=0.05", "ruled out", dropped) == (finding, excluded)

    def test_at_the_limit_chance_decides_as_rarely_as_it_should(self) -> None:
        """Forty tasks, four tries: the drop is exactly what is allowed, and alarms are those of one side of 95 %."""
        generator = np.random.default_rng(1)
        (limit,) = limits(["success=0.1"], "not shown")
        rulings = []
        for _ in range(2_000):
            chances = generator.beta(2, 2, 40)[:, None] * 0.9
            before, after = (generator.random((40, 4)) < chances + gain for gain in (0.1, 0.0))
            rulings.append(limit.judge("a", paired_difference((after.astype(float) - before).tolist())).passed)
        assert 0.96 <= np.mean(rulings) <= 0.99

    def test_few_tasks_decide_nothing(self) -> None:
        assert self.judged("success=0.05", "not shown", 2, tasks=4) == ("open", True)

    @pytest.mark.parametrize("dropped", [0, 3])
    def test_three_tasks_that_are_all_alike_prove_nothing(self, dropped: int) -> None:
        assert self.judged("tokens=5", "not shown", dropped, tasks=3) == ("open", True)
        assert self.judged("tokens=5", "ruled out", dropped, tasks=3) == ("open", False)

    def test_many_tasks_that_did_not_move_are_well(self) -> None:
        assert self.judged("tokens=0", "ruled out", 0, tasks=20) == ("kept", True)
        assert self.judged("tokens=5", "not shown", 20, tasks=20) == ("broken", False)

    def test_more_is_worse_where_less_is_better(self) -> None:
        assert self.judged("tokens=5", "not shown", 50) == ("broken", False)
        assert self.judged("tokens=50", "ruled out", 50) == ("kept", True)

    @pytest.mark.parametrize(
        ("better", "finding"), [("lower", ("broken", False)), ("higher", ("kept", True)), ("neutral", None)]
    )
    def test_users_metrics_have_the_direction_that_their_scorer_says(
        self, better: Direction, finding: tuple[str, bool] | None
    ) -> None:
        """Twenty words more on every other task."""
        own = (Metric(name="words", unit="number", better=better, description="Words."),)
        before = Played("x", [result(task, 1.0, more={"words": 10.0}) for task in range(40)], own)
        after = Played("y", [result(task, 1.0, more={"words": 10.0 + 20 * (task % 2)}) for task in range(40)], own)
        if finding is None:
            with pytest.raises(ConfigError, match="no metric 'words' that could get worse"):
                limits(["words=1"], "not shown", own)
            return
        comparison = compare_runs(before, after, arms=(), limits=limits(["words=1"], "not shown", own))
        assert [(ruling.finding, ruling.passed) for ruling in comparison.rulings] == [finding]
        (moved,) = (each for each in comparison.arms[0].metrics if each.metric == "words")
        assert (moved.better, moved.unit) == (better, "number")

    def test_a_metric_that_no_pair_has_decides_nothing(self) -> None:
        assert self.judged("recovery_rate=0.1", "not shown", 0) == ("open", True)
        assert self.judged("recovery_rate=0.1", "ruled out", 0) == ("open", False)

    def test_what_was_not_played_is_not_well(self) -> None:
        tasks = range(20)
        both = [*(result(task, 1.0) for task in tasks), *(result(task, 1.0, arm="b") for task in tasks)]
        moved = [each if each.arm == "a" else replace(each, seed=9) for each in both]
        comparison = compare_runs(Played("x", both), Played("y", moved), arms=(), limits=limits(ONE, "not shown"))
        assert comparison.unpaired == ("b",)
        found = [(each.arm, each.finding, each.passed) for each in comparison.rulings]
        assert found == [("a", "kept", True), ("b", "absent", False)]
        assert not comparison.passed

    def test_a_run_of_which_all_is_missing_is_not_well(self) -> None:
        before = [result(task, 1.0) for task in range(20)]
        after = [replace(each, values={}, missing="provider") for each in before]
        comparison = compare_runs(Played("x", before), Played("y", after), arms=(), limits=limits(ONE, "not shown"))
        assert [(each.finding, each.passed) for each in comparison.rulings] == [("absent", False)]

    def test_one_arm_may_be_compared_with_several(self) -> None:
        runs = [Played("x", [result(task, 1.0, arm=arm) for task, arm in product(range(3), "ab")]) for _ in range(2)]
        comparison = compare_runs(*runs, arms=("a", "a=b"), limits=limits(ONE, "not shown"))
        assert [each.arm for each in comparison.rulings] == ["a", "b"]

    @pytest.mark.parametrize(
        ("word", "error"),
        [
            ("succes=0.1", "did you mean 'success'"),
            ("turns=1", "no metric 'turns' that could get worse"),
            ("success", "say METRIC=AMOUNT"),
            ("success=-1", "say METRIC=AMOUNT"),
            ("success=nan", "say METRIC=AMOUNT"),
            ("success=much", "say METRIC=AMOUNT"),
        ],
    )
    def test_limits_that_are_none(self, word: str, error: str) -> None:
        with pytest.raises(ConfigError, match=error):
            limits([word], "not shown")


def test_markdown_for_a_pull_request() -> None:
    before = Played("main", [result(task, 1.0, more={"tokens": 20_000.0 + task}) for task in range(20)])
    after = Played("branch", [result(task, float(task > 9), more={"tokens": 9_000.0}) for task in range(20)])
    comparison = compare_runs(before, after, arms=(), limits=limits(["success=0.02"], "not shown"))
    text = sections_markdown(comparison_sections(comparison))
    assert "## main → branch: 1 of 1 limits failed" in text
    assert "| success worse by more than 0.02: not shown | a | shown | FAILED |" in text
    assert "| success↑ | 100.0 % | 50.0 % | -50.0 [" in text
    assert "| tokens↓ | 20.0k | 9.0k | -11.0k [-11.0k, -11.0k] | \\< 0.001 | 20 |" in text
    assert "| shop/t000 | 1 of 1 | 0 of 1 |" in text
    assert RunComparison.model_validate_json(comparison.model_dump_json()) == comparison


def test_metrics_that_did_not_move_take_no_line() -> None:
    rows = [result(task, float(task % 2), more={"tokens": 5.0}) for task in range(6)]
    (_, moved) = comparison_sections(RunComparison(before="x", after="y", arms=(change(rows, rows),)))
    assert [row[0] for row in moved.rows] == ["success↑"]
    assert "The same on every task: tokens." in moved.notes
