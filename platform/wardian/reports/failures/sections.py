"""The failures of a run in words and numbers, before anybody lays them out."""

from collections.abc import Iterator
from typing import Final

from wardian.reports.markdown import section_markdown
from wardian.reports.sections import Section
from wardian.scoring.failures.report import ArmCount, Cluster, Example, Failures, Kind

__all__ = [
    "FEW",
    "cluster_section",
    "excluded_section",
    "failure_sections",
    "failures_markdown",
    "kind_section",
    "nothing_failed",
    "spell_arms",
    "spell_example",
    "told",
]

NONE: Final = "-"
FEW: Final = 20
"""Clusters that people read where nobody asks for all."""


def failure_sections(failures: Failures, most: int | None = None) -> tuple[Section, ...]:
    """The kinds of mistakes, the `most` largest clusters, and what was left out; () where nothing went wrong."""
    sections = [kind_section(failures), cluster_section(failures, most), excluded_section(failures)]
    return tuple(section for section in sections if section.rows)


def failures_markdown(failures: Failures, most: int | None = None) -> str:
    """The same as GitHub's Markdown; "" where nothing went wrong."""
    return "\n".join(map(section_markdown, failure_sections(failures, most)))


def nothing_failed(failures: Failures) -> str:
    """Says so in a line, where that is known."""
    if not failures.episodes:
        return "no episode has a score"
    return f"none of {failures.episodes:,} episodes failed"


def told(failures: Failures) -> tuple[Cluster, ...]:
    """The clusters that people read, the largest first: those that repeat others are counted with them."""
    return tuple(cluster for cluster in failures.clusters if not cluster.repeats)


def kind_section(failures: Failures) -> Section:
    """In how many failed episodes each kind of mistake occurred."""
    return Section(
        title=f"What went wrong in the {failures.failed:,} of {failures.episodes:,} episodes that failed",
        headings=("mistake", "failed", "lost with it", "succeeded", "by arm"),
        rows=tuple((kind.name, *_counts(kind), spell_arms(kind.arms)) for kind in failures.kinds),
        notes=tuple(_notes(failures)),
    )


def cluster_section(failures: Failures, most: int | None) -> Section:
    """The same by tool, argument and tasks."""
    clusters = told(failures)
    hidden = len(clusters) - len(clusters[:most])
    return Section(
        title="Where, with which tool and on which tasks",
        headings=("symptom", "tool", "tasks", "failed", "lost with it", "succeeded", "by arm", "for example"),
        rows=tuple(map(_row, clusters[:most])),
        notes=(f"And {hidden:,} smaller cluster{'s' * (hidden > 1)}; `--all` shows them.",) if hidden else (),
    )


def excluded_section(failures: Failures) -> Section:
    """What somebody else broke."""
    return Section(
        title="Not the agent's doing, and in no other number here",
        headings=("to blame", "cause", "kind", "episodes"),
        rows=tuple((each.blame, each.cause, each.kind, f"{each.episodes:,}") for each in failures.excluded),
    )


def _row(cluster: Cluster) -> tuple[str, ...]:
    tasks = f"{cluster.environment}: {cluster.template}"
    example = spell_example(cluster.examples[0]) if cluster.examples else NONE
    return cluster.name, cluster.tool or NONE, tasks, *_counts(cluster), spell_arms(cluster.arms), example


def _counts(counted: Kind | Cluster) -> tuple[str, str, str]:
    return f"{counted.failed:,}", f"{counted.decisive:,}", f"{counted.succeeded:,}"


def spell_arms(arms: tuple[ArmCount, ...]) -> str:
    """Who played, and how often."""
    return ", ".join(f"{each.arm} {each.episodes:,}" for each in arms)


def spell_example(example: Example) -> str:
    """Where to look: episode, task, and positions in its events."""
    steps = f", events {', '.join(map(str, example.positions))}" if example.positions else ""
    return f"{example.episode} ({example.task}{steps})"


def _notes(failures: Failures) -> Iterator[str]:
    yield "An episode may have several; `succeeded` counts those that have one and succeeded all the same."
    if failures.unexplained:
        yield f"Of {failures.unexplained:,} failed episodes no detector says anything."
    if failures.looked_back:
        verdicts = ", ".join(f"{each.verdict} {each.episodes:,}" for each in failures.looked_back)
        yield f"Looked back at {sum(each.episodes for each in failures.looked_back):,} failed episodes: {verdicts}."
    for left in failures.not_looked_back:
        yield f"Not looked back at {left.episodes:,} failed episodes of {left.environment}: {left.why}."
    if failures.without_reference:
        names = ", ".join(failures.without_reference)
        yield f"Without a reference to compare with (missing calls, wrong arguments): {names}."
