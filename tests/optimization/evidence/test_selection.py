"""Few clusters, each for failures that no other one explains."""

from collections.abc import Sequence

from support.episodes import EpisodeBuilder, spec

from wardian.optimization.evidence.clusters import Cluster, Member, clusters_of
from wardian.optimization.evidence.reading import Reading
from wardian.optimization.evidence.selection import selected
from wardian.optimization.evidence.trials import Outcome, Trial
from wardian.scoring.failures.symptom import Detector, Symptom


def members(detector: Detector, tasks: Sequence[int], outcome: Outcome = "flipped", *, tool: str = "") -> list[Member]:
    def member(task: int) -> Member:
        reading = Reading(EpisodeBuilder(spec(task=f"t{task}")).done(False), None, ())
        return Member(reading, Trial(symptom=Symptom(detector=detector, tool=tool), outcome=outcome))

    return [member(task) for task in tasks]


def named(clusters: Sequence[Cluster]) -> list[str]:
    return [cluster.mistake.detector for cluster in clusters]


def test_what_follows_from_a_larger_mistake_is_none_of_its_own() -> None:
    found = [*members("premature_stop", range(6)), *members("missing_call", range(4))]
    assert named(selected(found, 2)) == ["premature_stop"]


def test_a_mistake_that_explains_others_too_stays() -> None:
    found = [*members("premature_stop", range(6)), *members("missing_call", range(4, 9))]
    assert named(selected(found, 2)) == ["premature_stop", "missing_call"]
    assert named(selected(found, 4)) == ["premature_stop"]


def test_what_saves_nobody_stands_behind_what_saves_few() -> None:
    blamed = members("hallucinated_id", range(9), "stayed")
    found = [*blamed, *members("wrong_args", range(3)), *members("loop", range(4, 9), "stayed")]
    assert named(clusters_of(found)) == ["hallucinated_id", "loop", "wrong_args"]
    assert named(selected(found, 2)) == ["wrong_args", "hallucinated_id", "loop"]


def test_a_mistake_that_saves_one_of_many_is_evidence_all_the_same() -> None:
    one = [*members("wrong_args", range(5), "stayed"), *members("wrong_args", [7])]
    assert named(selected(one, 2)) == ["wrong_args"]


def test_where_nobody_could_try_all_failures_count() -> None:
    untold = [*members("wrong_args", range(5), "untold"), *members("missing_call", range(3), "untold")]
    assert named(selected(untold, 2)) == ["wrong_args"]


def test_small_clusters_are_left_out() -> None:
    assert selected(members("wrong_args", [1]), 2) == []


def test_mistakes_that_nobody_else_made_are_one_kind_together() -> None:
    alone = [*members("wrong_args", [1], tool="pay"), *members("wrong_args", [2], tool="send")]
    (kind,) = selected([*members("loop", range(3, 6)), *alone], 2)[1:]
    assert (kind.mistake.detector, kind.tool, len(kind.members)) == ("wrong_args", "", 2)
    assert named(selected([*members("loop", range(6)), *alone], 2)) == ["loop"], "another mistake explains them"
