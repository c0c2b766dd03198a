"""The failures of a run for people at a terminal: a few lines for each cluster, at any width."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from wardian.reports.failures.sections import (
    cluster_section,
    excluded_section,
    kind_section,
    nothing_failed,
    spell_arms,
    spell_example,
    told,
)
from wardian.reports.sections import Section
from wardian.scoring.failures.report import Cluster, Failures, Kind

__all__ = ["failures_view"]

INDENT: Final = " " * 8


def failures_view(failures: Failures, most: int | None) -> RenderableType:
    """The kinds of mistakes, the `most` largest clusters (None: all) with an example each, then what was left out."""
    lines: list[Text] = []
    if not failures.clusters:
        lines.append(Text(nothing_failed(failures), style="bold"))
    else:
        lines += _laid_out(kind_section(failures), map(_kind, failures.kinds))
        clusters = (line for cluster in told(failures)[:most] for line in _cluster(cluster))
        lines += _laid_out(cluster_section(failures, most), clusters)
    if failures.excluded:
        section = excluded_section(failures)
        lines += _laid_out(section, map(_row, section.rows))
    return Group(*lines)


def _laid_out(section: Section, lines: Iterator[Text]) -> Iterator[Text]:
    yield from (Text(section.title, style="bold"), Text(), *lines, Text())
    if section.notes:
        yield from (*(Text(note, style="dim") for note in section.notes), Text())


def _kind(kind: Kind) -> Text:
    rest = f"  {spell_arms(kind.arms)}{_despite(kind)}"
    return Text.assemble(f"{kind.failed:>6,}  ", (kind.name, "bold"), rest)


def _cluster(cluster: Cluster) -> Iterator[Text]:
    yield Text.assemble(f"{cluster.failed:>6,}  ", (cluster.name, "bold"), f"  {cluster.tool}".rstrip())
    yield Text(f"{INDENT}{cluster.environment}: {cluster.template}; {spell_arms(cluster.arms)}{_despite(cluster)}")
    for example in cluster.examples[:1]:
        yield Text(f"{INDENT}see {spell_example(example)}", style="dim")


def _despite(counted: Kind | Cluster) -> str:
    lost = f"; {counted.decisive:,} lost with it" if counted.decisive else ""
    despite = f"; {counted.succeeded:,} succeeded all the same" if counted.succeeded else ""
    return lost + despite


def _row(cells: tuple[str, ...]) -> Text:
    *words, episodes = cells
    return Text(f"{episodes:>6}  {', '.join(words)}")
