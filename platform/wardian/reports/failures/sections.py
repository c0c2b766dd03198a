"""The failures of a run in words and numbers, before anybody lays them out."""

from collections.abc import Iterator
from typing import Final

from wardian.reports.markdown import section_markdown
from wardian.reports.sections import Section
from wardian.scoring.failures.report import Cluster, Example, Failures

__all__ = ["FEW", "failure_sections", "failures_markdown", "nothing_failed", "spell_example"]

NONE: Final = "-"
FEW: Final = 20
"""Clusters that people read; all of them are in the JSON."""


def failure_sections(failures: Failures, most: int | None = None) -> tuple[Section, ...]:
    """The clusters, the largest first and `most` of them, and what was left out; () where nothing went wrong."""
    sections = [_clusters(failures, most), _excluded(failures)]
    return tuple(section for section in sections if section.rows)


def failures_markdown(failures: Failures, most: int | None = None) -> str:
    """The same as GitHub's Markdown; "" where nothing went wrong."""
    return "\n".join(map(section_markdown, failure_sections(failures, most)))


def nothing_failed(failures: Failures) -> str:
    """Says so in a line, where that is known."""
    if not failures.episodes:
        return "no episode has a score"
    return f"none of {failures.episodes:,} episodes failed"


def _clusters(failures: Failures, most: int | None) -> Section:
    shown = failures.clusters[:most]
    return Section(
        title=f"What went wrong in the {failures.failed:,} of {failures.episodes:,} episodes that failed",
        headings=("symptom", "tool", "tasks", "failed", "succeeded", "by arm", "for example"),
        rows=tuple(map(_row, shown)),
        notes=tuple(_notes(failures, len(failures.clusters) - len(shown))),
    )


def _row(cluster: Cluster) -> tuple[str, ...]:
    arms = ", ".join(f"{each.arm} {each.episodes:,}" for each in cluster.arms)
    tasks = f"{cluster.environment}: {cluster.template}"
    example = spell_example(cluster.examples[0]) if cluster.examples else NONE
    counts = f"{cluster.failed:,}", f"{cluster.succeeded:,}"
    return cluster.name, cluster.tool or NONE, tasks, *counts, arms, example


def spell_example(example: Example) -> str:
    """Where to look: episode, task, and positions in its events."""
    steps = f", events {', '.join(map(str, example.positions))}" if example.positions else ""
    return f"{example.episode} ({example.task}{steps})"


def _notes(failures: Failures, hidden: int) -> Iterator[str]:
    yield "An episode may have several symptoms; `succeeded` counts those that have one and succeeded all the same."
    if hidden:
        yield f"And {hidden:,} smaller clusters."
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


def _excluded(failures: Failures) -> Section:
    return Section(
        title="Not the agent's doing, and in no other number here",
        headings=("to blame", "cause", "kind", "episodes"),
        rows=tuple((each.blame, each.cause, each.kind, f"{each.episodes:,}") for each in failures.excluded),
    )
