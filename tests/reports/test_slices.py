"""Success told apart, and how much an arm can be relied on."""

from dataclasses import replace
from itertools import product

import pytest

from wardian.reports.background import Background
from wardian.reports.details import detail_sections
from wardian.reports.difficulty import difficulty
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.standings import Dimension, Slice, Standing
from wardian.scoring.result import Result
from wardian.scoring.statistics import flip_rate, proportion
from wardian.specs.agents import IdleAgentSpec
from wardian.specs.environments import EnvironmentSpec, StressSpec
from wardian.specs.job import JobSpec


def result(task: int, success: float, *, seed: int = 0, template: str = "return", world: str = "shop") -> Result:
    return Result("a", world, f"t{task}", seed, seed, values={"success": success}, template=template)


def only(board: Leaderboard) -> Standing:
    (standing,) = board.standings().arms
    return standing


def sliced(standing: Standing, by: Dimension) -> dict[str, Slice]:
    return {each.name: each for each in standing.slices if each.by == by}


def test_templates_are_told_apart() -> None:
    rows = [result(task, float(task < 4), template=("return", "cancel")[task % 2]) for task in range(10)]
    found = sliced(only(Leaderboard.of(rows)), "template")
    assert {name: (each.tasks, each.episodes) for name, each in found.items()} == {"cancel": (5, 5), "return": (5, 5)}
    assert found["return"].success == proportion([[1.0], [1.0], [0.0], [0.0], [0.0]])


def test_what_is_all_alike_is_not_told_apart() -> None:
    assert only(Leaderboard.of(result(task, 1.0) for task in range(3))).slices == ()


def test_templates_of_several_environments_have_their_names() -> None:
    standing = only(Leaderboard.of([result(1, 1.0), result(1, 0.0, world="bank")]))
    assert set(sliced(standing, "template")) == {"bank/return", "shop/return"}
    assert set(sliced(standing, "environment")) == {"bank", "shop"}


def test_faults_are_of_tries_and_not_of_tasks() -> None:
    rows = [result(1, 1.0), replace(result(1, 0.0, seed=1), faults=("timeout", "stale")), result(2, 1.0)]
    found = sliced(only(Leaderboard.of(rows)), "fault")
    assert {name: (each.episodes, each.success.value) for name, each in found.items()} == {
        "none": (2, 1.0),
        "stale": (1, 0.0),
        "timeout": (1, 0.0),
    }


def test_difficulty_is_what_a_job_makes_of_one_pack() -> None:
    rows = [result(task, float(world == "easy"), world=world) for task, world in product(range(3), ("easy", "hard"))]
    found = sliced(only(Leaderboard.of(rows, Background({"easy": "issues=1", "hard": "issues=3"}))), "difficulty")
    assert {name: each.success.value for name, each in found.items()} == {"issues=1": 1.0, "issues=3": 0.0}


def test_a_job_says_how_difficult_its_environments_are() -> None:
    def job(*environments: EnvironmentSpec) -> JobSpec:
        return JobSpec(name="job", environments=environments, agents=(IdleAgentSpec(kind="idle"),))

    easy = EnvironmentSpec(pack="retail", name="easy")
    hard = EnvironmentSpec(
        pack="retail", name="hard", knobs={"issues": 3, "catalogue": 50}, stress=StressSpec(fault_rate=0.1)
    )
    assert difficulty(job(easy, hard)) == {
        "easy": "as the pack has it",
        "hard": "catalogue=50, issues=3, stress fault_rate=0.1",
    }
    assert difficulty(job(easy)) == {}
    assert difficulty(job(easy, hard, EnvironmentSpec(pack="bank")))["easy"] == "retail: as the pack has it"


def test_tries_that_differ_are_counted_over_tasks() -> None:
    rows = [result(task, float(seed < task), seed=seed) for task, seed in product(range(4), range(3))]
    (flips,) = only(Leaderboard.of(rows)).flips
    assert flips.over == "tries"
    assert flips.rate == proportion([flip_rate(3, task)] for task in range(4))


def test_users_that_differ_are_counted_over_templates() -> None:
    rows = [
        replace(
            result(10 * number + task, float(task < 2), template=template), persona=("calm", "hasty")[task % 2 * good]
        )
        for (number, (template, good)), task in product(enumerate((("return", 1), ("cancel", 1), ("ask", 0))), range(4))
    ]
    (flips,) = only(Leaderboard.of(rows)).flips
    assert (flips.over, flips.rate.value, flips.rate.tasks) == ("users", 0.5, 2)


def test_where_there_is_one_only_it_is_said_of_what() -> None:
    users = [replace(result(task, float(task > 1)), persona=("calm", "hasty")[task % 2]) for task in range(4)]
    (section, *_) = detail_sections(Leaderboard.of(users).standings())
    assert ("flips, two users", "50 [one template]") in section.rows
    tries = [result(0, float(seed), seed=seed, template="a") for seed in range(2)]
    tries += [result(1, 1.0, seed=seed, template="b") for seed in range(2)]
    sections = {section.title: section for section in detail_sections(Leaderboard.of(tries).standings())}
    assert sections["Success % [95 %] by template"].rows == (("a", "50 [one task]"), ("b", "100 [one task]"))


def test_other_templates_make_it_less_sure() -> None:
    rows = [result(task, float(task % 4 > 0), template=f"k{task % 4}") for task in range(40)]
    standing = only(Leaderboard.of(rows))
    assert standing.across_templates is not None
    assert standing.success is not None
    assert standing.across_templates.value == standing.success.value
    assert (standing.across_templates.low or 1) < (standing.success.low or 0) - 0.2
    assert only(Leaderboard.of(result(task, 1.0) for task in range(4))).across_templates is None


def test_the_difference_of_two_arms_is_bounded_when_something_is_missing() -> None:
    good = [result(task, 1.0) for task in range(4)]
    bad = [replace(result(task, float(task == 0)), arm="b") for task in range(3)]
    lost = Result("b", "shop", "t3", 0, 0, missing="infra")
    (comparison,) = Leaderboard.of([*good, *bad, lost]).standings().comparisons
    assert comparison.pairs == 3
    assert comparison.worst_case == pytest.approx((0.5, 0.75))
    (whole,) = Leaderboard.of([*good[:3], *bad]).standings().comparisons
    assert whole.worst_case == pytest.approx((2 / 3, 2 / 3))


def test_the_details_are_sections_of_their_own() -> None:
    rows = [
        replace(
            result(task, float(seed < task % 4), seed=seed, template=f"k{task % 3}"), faults=("stale",) * (task % 2)
        )
        for task, seed in product(range(12), range(3))
    ]
    sections = {section.title: section for section in detail_sections(Leaderboard.of(rows).standings())}
    assert list(sections) == [
        "How reliable they are (% [95 %])",
        "Success % [95 %] by what went wrong with a call",
        "Success % [95 %] by template",
        "Which metrics tell successes from failures (AUROC)",
    ]
    assert [row[0] for row in sections["How reliable they are (% [95 %])"].rows] == [
        "pass@2",
        "pass@3",
        "pass^2",
        "pass^3",
        "flips, two tries",
        "other templates",
    ]
    assert detail_sections(Leaderboard().standings()) == ()
