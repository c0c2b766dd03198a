"""What mending mistakes would have saved, in words and numbers, and for people at a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from wardian.optimization.evidence.evidence import Counterfactual, Evidence
from wardian.reports.sections import Section

__all__ = ["mending_section", "mending_view"]

TITLE: Final = "What would have saved failed episodes"
INDENT: Final = " " * 8


def mending_section(evidence: Sequence[Evidence]) -> Section:
    """The clusters as a table: what was tried, and how many episodes succeeded then."""
    return Section(
        title=TITLE,
        headings=("mistake", "failed", "mended in", "saved", "nobody can tell", "for example"),
        rows=tuple(map(_row, evidence)),
        notes=_notes(evidence),
    )


def mending_view(evidence: Sequence[Evidence]) -> RenderableType:
    """The same in a few lines for each cluster, with what would have been right in one of its episodes."""
    lines = [Text(TITLE, style="bold"), Text(), *(line for each in evidence for line in _cluster(each)), Text()]
    return Group(*lines, *(Text(note, style="dim") for note in _notes(evidence)))


def _row(evidence: Evidence) -> tuple[str, ...]:
    tried = evidence.counterfactual
    counts = (evidence.failed, tried.tried, tried.flipped, tried.untold)
    return evidence.name, *(f"{count:,}" for count in counts), _where(evidence)


def _cluster(evidence: Evidence) -> Iterator[Text]:
    saved = _saved(evidence.counterfactual)
    style = "dim" if evidence.counterfactual.holds is False else "bold"
    yield Text.assemble(f"{evidence.failed:>6,}  ", (evidence.name, style), f"  {saved}")
    yield Text(f"{INDENT}see {_where(evidence)}", style="dim")
    for line in evidence.excerpts[0].mended.splitlines()[:1]:
        yield Text(f"{INDENT}{' '.join(line.split())}", style="dim")


def _saved(tried: Counterfactual) -> str:
    if not tried.tried:
        return "nobody can tell"
    return f"mending it saves {tried.flipped:,} of {tried.tried:,}" if tried.flipped else "mending it saves none"


def _where(evidence: Evidence) -> str:
    shown = evidence.excerpts[0]
    return f"{shown.episode} ({shown.task})"


def _notes(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    if not evidence:
        return ("No mistake was found.",)
    return (
        "Each mistake was put right, and the rest of its episode played again. Those that others explain are left out.",
    )
