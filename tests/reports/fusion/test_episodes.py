"""Selecting one of several episodes: what it is worth, and what no selection can surpass."""

from collections.abc import Iterable

import pytest

from wardian.base.errors import ConfigError
from wardian.base.identity import random_stream
from wardian.reports.fusion.episode_sections import EpisodeFusions, episode_sections
from wardian.reports.fusion.episodes import EVERYBODY, fused_episodes, selector
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.result import Result

SURE = Metric(name="sureness", unit="share", better="higher", description="A verifier's word.")
LOOPS = selector("redundant_calls", CATALOGUE)


def episode(task: str, repeat: int, success: float, *, arm: str = "a", seed: int = 0, **values: float) -> Result:
    values = {"success": success, **values}
    return Result(arm, "shop", task, seed, repeat, values=values, episode=f"{arm}-{task}-{repeat}")


def forks(task: str, *tries: tuple[float, float], seed: int = 0) -> list[Result]:
    """Episodes from one state: their success, and what the verifier says."""
    return [episode(task, place, success, seed=seed, sureness=sure) for place, (success, sure) in enumerate(tries)]


def test_the_best_of_two_by_a_verifier_between_one_alone_and_the_oracle() -> None:
    results = [*forks("t1", (1.0, 0.9), (0.0, 0.1)), *forks("t2", (1.0, 0.2), (0.0, 0.8)), *forks("t3", (1, 0), (1, 0))]
    (fusion,) = fused_episodes(results, SURE)
    (best,) = fusion.best_of
    assert (best.k, best.selected.tasks) == (2, 3)
    assert best.single.value == pytest.approx(2 / 3)
    assert best.selected.value == pytest.approx(2 / 3)
    assert best.oracle.value == 1.0
    assert best.all_of.value == pytest.approx(1 / 3)
    assert best.gap == pytest.approx(1 / 3)


def test_where_less_is_better_the_least_is_selected_and_what_does_not_apply_comes_last() -> None:
    results = [
        episode("t", 0, 0.0, redundant_calls=3.0),
        episode("t", 1, 1.0, redundant_calls=1.0),
        episode("t", 2, 0.0),
    ]
    (fusion,) = fused_episodes(results, LOOPS)
    assert [(best.k, best.selected.value) for best in fusion.best_of] == [(2, pytest.approx(2 / 3)), (3, 1.0)]
    assert fusion.chosen == ("a-t-1",)


def test_only_episodes_that_began_in_one_state_are_compared() -> None:
    results = [*forks("t", (1.0, 0.1), seed=1), *forks("t", (0.0, 0.9), seed=2)]
    assert fused_episodes(results, SURE) == ()


def test_arms_can_be_one_panel() -> None:
    results = [episode("t", 0, float(arm == "b"), arm=arm, sureness=float(arm == "b")) for arm in ("a", "b")]
    (fusion,) = fused_episodes(results, SURE)
    assert (fusion.arm, fusion.best_of[0].selected.value) == (EVERYBODY, 1.0)


def test_episodes_that_others_broke_take_no_part() -> None:
    broken = Result("a", "shop", "t", 0, 1, missing="provider")
    assert fused_episodes([*forks("t", (1.0, 0.5)), broken], SURE) == ()


def drawn(knowing: float, tasks: int = 200, n: int = 4) -> Iterable[Result]:
    """Episodes that succeed in half of the cases; the verifier knows with a probability."""
    stream = random_stream("episodes", str(knowing))
    for task in range(tasks):
        tries = [(float(stream.random() < 0.5), stream.random()) for _ in range(n)]
        yield from forks(f"t{task}", *((won, won if stream.random() < knowing else noise) for won, noise in tries))


def test_a_verifier_that_knows_something_helps_and_the_report_says_when_it_does_not() -> None:
    knowing, guessing = (fused_episodes(drawn(share), SURE) for share in (0.8, 0.0))
    assert [best.k for best in knowing[0].best_of] == [2, 4]
    assert knowing[0].best_of[-1].helps
    assert not guessing[0].best_of[-1].helps
    assert knowing[0].best_of[-1].oracle.value == pytest.approx(1 - 0.5**4, abs=0.05)
    told = [
        " ".join(section.notes) for fusion in (knowing, guessing) for section in episode_sections(_report(fusion[0]))
    ]
    assert "best of 4 by sureness helps" in told[0]
    assert "does NOT help" in told[1]
    assert "4 episodes instead of one" in told[1]


def test_a_task_that_has_more_episodes_than_others_does_not_speak_for_all() -> None:
    lucky = forks("lucky", (0.0, 0.1), (0.0, 0.2), (1.0, 0.9))
    (fusion,) = fused_episodes([*drawn(0.8, tasks=19, n=2), *lucky], SURE)
    assert [(best.k, best.selected.tasks) for best in fusion.best_of] == [(2, 20), (3, 1)]
    assert fusion.telling.k == 2
    assert "best of 2" in " ".join(episode_sections(_report(fusion))[0].notes)


def test_where_some_tasks_lack_an_episode_the_report_says_how_many() -> None:
    (fusion,) = fused_episodes([*drawn(0.8, tasks=19, n=3), *forks("short", (0.0, 0.1), (1.0, 0.2))], SURE)
    notes = episode_sections(_report(fusion))[0].notes
    assert "best of 3" in notes[0]
    assert notes[1].startswith("1 of 20 tasks have fewer")


def _report(fusion: object) -> EpisodeFusions:
    return EpisodeFusions.model_validate({"run": "r", "fusions": (fusion,)})


def test_a_metric_made_of_the_same_checks_is_marked() -> None:
    by = selector("score", CATALOGUE)
    (fusion,) = fused_episodes([episode("t", place, 1.0, score=1.0) for place in range(2)], by)
    assert fusion.part
    assert "made of the checks" in episode_sections(_report(fusion))[0].notes[1]


@pytest.mark.parametrize(
    ("name", "why"), [("sucess", "no metric"), ("success", "what is to be found out"), ("turns", "cannot select")]
)
def test_what_cannot_select_is_a_mistake_of_the_users(name: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        selector(name, CATALOGUE)
