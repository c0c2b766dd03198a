"""Clusters of failures: counts, examples, and whose fault does not count."""

import itertools

import pytest
from support.episodes import EpisodeBuilder, spec

from wardian.base.errors import Cause, Failure
from wardian.environments.findings import CheckResult
from wardian.episodes.hindsight.decisive import Hindsight
from wardian.episodes.record import Episode
from wardian.scoring.failures.report import Failures
from wardian.scoring.failures.tally import EXAMPLES, FailureTally
from wardian.scoring.score import Scored


def counted(*episodes: Episode) -> Failures:
    tally = FailureTally()
    for episode in episodes:
        tally.add(Scored(episode=episode))
    return tally.failures()


def lost(arm: str, task: str, *, success: bool = False) -> Episode:
    """An episode with a call of a tool that does not exist."""
    return EpisodeBuilder(spec(arm, task)).call("fly", error="unknown_tool").call("walk").done(success)


def test_a_cluster_counts_who_failed_and_who_succeeded_all_the_same() -> None:
    failures = counted(lost("a", "t1"), lost("b", "t1"), lost("b", "t2"), lost("a", "t2", success=True))
    (cluster,) = failures.clusters
    assert (failures.episodes, failures.failed, cluster.failed, cluster.succeeded) == (4, 3, 3, 1)
    assert (cluster.name, cluster.tool, cluster.environment, cluster.template) == (
        "wrong_tool",
        "fly",
        "shop",
        "return",
    )
    assert [(each.arm, each.episodes) for each in cluster.arms] == [("b", 2), ("a", 1)]


def test_a_kind_counts_an_episode_once_whatever_the_tools_and_tasks() -> None:
    twice = EpisodeBuilder(spec("a", "t1")).call("fly", error="unknown_tool").call("swim", error="unknown_tool")
    failures = counted(twice.call("walk").done(False), lost("b", "t2"), lost("b", "t3", success=True))
    assert len([each for each in failures.clusters if each.detector == "wrong_tool"]) == 2
    (kind,) = (each for each in failures.kinds if each.name == "wrong_tool")
    assert (kind.failed, kind.succeeded) == (2, 1)
    assert [(each.arm, each.episodes) for each in kind.arms] == [("a", 1), ("b", 1)]


def test_rules_are_kinds_of_their_own() -> None:
    checks = tuple(CheckResult(name=name, passed=False, rule="forbids") for name in ("asked_first", "told"))
    failures = counted(EpisodeBuilder(spec("a", "t1")).call("get").done(False, checks=checks))
    assert {"policy_violation(asked_first)", "policy_violation(told)"} <= {kind.name for kind in failures.kinds}


def test_examples_are_few_and_lead_to_the_steps() -> None:
    episodes = [lost("a", f"t{number}") for number in range(9)]
    (cluster,) = counted(*episodes).clusters
    assert len(cluster.examples) == EXAMPLES
    assert [(each.episode, each.positions) for each in cluster.examples] == [
        (episode.spec.key, (1,)) for episode in episodes[:EXAMPLES]
    ]


def test_the_order_of_episodes_does_not_matter() -> None:
    episodes = [lost("a", "t1"), lost("b", "t1"), lost("a", "t2"), lost("b", "t3"), EpisodeBuilder().done(False)]
    assert len({counted(*some).model_dump_json() for some in itertools.permutations(episodes)}) == 1


def test_what_nobody_failed_with_is_no_cluster() -> None:
    failures = counted(lost("a", "t1", success=True))
    assert (failures.episodes, failures.failed, failures.clusters) == (1, 0, ())


def test_the_largest_comes_first() -> None:
    stuck = EpisodeBuilder(spec("a", "t9")).call("get", error="not_found").done(False)
    failures = counted(stuck, lost("a", "t1"), lost("a", "t2"))
    assert [cluster.failed for cluster in failures.clusters] == [2, 1]


@pytest.mark.parametrize(
    ("cause", "blame"),
    [
        ("user_sim", "user simulator"),
        ("environment", "environment"),
        ("infra", "infrastructure"),
        ("provider", "infrastructure"),
        ("budget", "infrastructure"),
        ("cancelled", "infrastructure"),
        ("grader", "judge"),
    ],
)
def test_what_others_broke_is_counted_apart(cause: Cause, blame: str) -> None:
    failures = counted(EpisodeBuilder().call("get", error="x").broken(cause), lost("a", "t2"))
    assert (failures.episodes, failures.failed) == (1, 1)
    assert [(each.blame, each.cause, each.kind, each.episodes) for each in failures.excluded] == [
        (blame, cause, "timeout", 1)
    ]


def test_a_scorer_that_broke_is_the_judges_fault() -> None:
    tally = FailureTally()
    broken = Failure(cause="grader", kind="KeyError", message="x")
    tally.add(Scored(episode=EpisodeBuilder().done(False), failure=broken))
    assert [each.blame for each in tally.failures().excluded] == ["judge"]


@pytest.mark.parametrize(("position", "tool", "about"), [(1, "fly", "wrong_tool"), (3, "walk", ""), (0, "", "text")])
def test_a_decisive_step_is_a_symptom_about_what_is_wrong_with_it(position: int, tool: str, about: str) -> None:
    tally = FailureTally()
    episode = lost("a", "t1")
    tally.add(Scored(episode=episode), hindsight=Hindsight(verdict="decisive", position=position))
    (cluster,) = (each for each in tally.failures().clusters if each.detector == "decisive_step")
    assert (cluster.tool, cluster.about, cluster.examples[0].positions) == (tool, about, (position,))


def test_what_was_never_lost_has_no_decisive_step() -> None:
    tally = FailureTally()
    tally.add(Scored(episode=lost("a", "t1")), hindsight=Hindsight(verdict="open"))
    failures = tally.failures()
    assert [(each.verdict, each.episodes) for each in failures.looked_back] == [("open", 1)]
    assert "decisive_step" not in {cluster.detector for cluster in failures.clusters}


def test_what_no_detector_explains_is_said() -> None:
    assert counted(EpisodeBuilder().call("get").done(False)).unexplained == 1
