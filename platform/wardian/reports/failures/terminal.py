"""The failures of a run for people at a terminal: a few lines for each cluster, at any width."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from wardian.reports.failures.sections import failure_sections, nothing_failed, spell_example
from wardian.scoring.failures.report import Cluster, Failures

__all__ = ["failures_view"]

INDENT: Final = " " * 8


def failures_view(failures: Failures, most: int) -> RenderableType:
    """The `most` largest clusters with an example each, then what was left out."""
    lines: list[Text] = []
    if not failures.clusters:
        lines.append(Text(nothing_failed(failures), style="bold"))
    for section in failure_sections(failures, most):
        lines += [Text(section.title, style="bold"), Text()]
        lines += _clusters(failures.clusters[:most]) if section.notes else _rows(section.rows)
        lines += [Text(), *(Text(note, style="dim") for note in section.notes)]
    return Group(*lines)


def _clusters(clusters: tuple[Cluster, ...]) -> Iterator[Text]:
    for cluster in clusters:
        yield Text.assemble(f"{cluster.failed:>6,}  ", (cluster.name, "bold"), f"  {cluster.tool}".rstrip())
        arms = ", ".join(f"{each.arm} {each.episodes:,}" for each in cluster.arms)
        despite = f"; {cluster.succeeded:,} succeeded all the same" if cluster.succeeded else ""
        yield Text(f"{INDENT}{cluster.environment}: {cluster.template}; {arms}{despite}")
        for example in cluster.examples[:1]:
            yield Text(f"{INDENT}see {spell_example(example)}", style="dim")


def _rows(rows: tuple[tuple[str, ...], ...]) -> Iterator[Text]:
    for *words, episodes in rows:
        yield Text(f"{episodes:>6}  {', '.join(words)}")
