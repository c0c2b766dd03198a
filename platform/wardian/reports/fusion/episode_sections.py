"""Selections among whole episodes, as tables."""

from collections.abc import Iterable

from wardian.base.frozen import Frozen
from wardian.reports.fusion.episodes import EpisodeFusion, Selected
from wardian.reports.numerals import interval
from wardian.reports.sections import Section

__all__ = ["EpisodeFusions", "episode_sections"]

HEADINGS = ("best of", "tasks", "one alone %", "selected % [95 %]", "oracle %", "all of them %", "gap", "gain [95 %]")


class EpisodeFusions(Frozen):
    """What selecting among a run's episodes is worth: a report for each arm and metric."""

    run: str
    fusions: tuple[EpisodeFusion, ...]


def episode_sections(report: EpisodeFusions) -> tuple[Section, ...]:
    """One table for each arm and metric."""
    return tuple(map(_section, report.fusions))


def _section(fusion: EpisodeFusion) -> Section:
    return Section(
        title=f"{fusion.arm}: episodes selected by {fusion.by}",
        headings=HEADINGS,
        rows=tuple(map(_row, fusion.best_of)),
        notes=tuple(_notes(fusion)),
    )


def _row(best: Selected) -> tuple[str, ...]:
    return (
        str(best.k),
        f"{best.selected.tasks:,}",
        f"{100 * best.single.value:.1f}",
        f"{100 * best.selected.value:.1f} {interval(best.selected)}",
        f"{100 * best.oracle.value:.1f}",
        f"{100 * best.all_of.value:.1f}",
        f"{100 * best.gap:.1f}",
        f"{100 * best.gain.value:+.1f} {interval(best.gain)}",
    )


def _notes(fusion: EpisodeFusion) -> Iterable[str]:
    most = fusion.telling
    verdict = "helps" if most.helps else "does NOT help: the interval of its gain reaches zero or below"
    yield f"Selecting the best of {most.k} by {fusion.by} {verdict}. It costs {most.k} episodes instead of one."
    if (fewer := fusion.tasks - most.selected.tasks) > 0:
        yield f"{fewer} of {fusion.tasks} tasks have fewer episodes and say nothing of that."
    if fusion.part:
        yield f"{fusion.by} is made of the checks that decide success: outside of an evaluation nobody knows it."
