"""Who said what in a fused answer, for a terminal."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wardian.cli.wording import dollars
from wardian.reports.answers import AnswerLine, FusionLine, MemberLine

__all__ = ["show_trace"]

LONGEST: Final = 300
PER_CENT: Final = 100
VOTED: Final = frozenset({"agreement", "vote", "tool_names", "probe", "prior"})
"""Where others decide, the winner's part of the votes explains nothing."""


def show_trace(line: AnswerLine, fusion: FusionLine) -> None:
    """Print all calls of a fusion, and what decided."""
    table = Table("seat", "role", "state", "seconds", "cost", "said", title=None)
    for member in fusion.members:
        table.add_row(*_cells(member, won=member.role == "member" and member.seat == fusion.winner))
    console = Console()
    console.print()
    console.print(table)
    console.print(Text(_decision(line, fusion)), soft_wrap=True)


def _cells(member: MemberLine, *, won: bool) -> list[Text | str]:
    said = " ".join(member.answer.split())
    seat = f"{member.seat} (round {member.round})" if member.round else member.seat
    return [
        Text(seat, style="bold" if won else ""),
        member.role,
        member.state,
        f"{member.seconds:.2f}",
        _cost(member.cost_usd),
        Text(said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"),
    ]


def _decision(line: AnswerLine, fusion: FusionLine) -> str:
    parts = [f"{fusion.mode}: decided by {fusion.by.replace('_', ' ')}"]
    if fusion.winner:
        parts.append(f"winner {fusion.winner}")
    if fusion.share is not None and fusion.by in VOTED:
        parts.append(f"{fusion.share * PER_CENT:.0f} % of the votes")
    if fusion.confidence is not None:
        parts.append(f"the judge is {fusion.confidence * PER_CENT:.0f} % sure")
    if fusion.order_conflict:
        parts.append("the judge preferred another one in another order")
    if fusion.degraded:
        parts.append(f"degraded ({', '.join(fusion.degraded)})")
    parts += [f"{line.seconds:.2f} s", _cost(line.cost_usd)]
    return ", ".join(parts) + (" (simulated models: nothing was spent)" if line.simulated else "")


def _cost(cost: float | None) -> str:
    return "unknown" if cost is None else dollars(cost)
