"""The list of all episodes, column by column: ten thousand of them are about a megabyte."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardian.reports.page.entry import Entry
from wardian.reports.page.groups import Group

__all__ = ["Coded", "Index", "index_of"]

DIGITS: Final = 6
"""Of a number in the list; the trajectory has all of them."""

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts: each text once, and for every episode its number."""

    names: tuple[str, ...]
    codes: tuple[int, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Coded":
        """The column of `texts`."""
        known: dict[str, int] = {}
        codes = tuple(known.setdefault(text, len(known)) for text in texts)
        return cls(tuple(known), codes)


@dataclass(frozen=True, slots=True)
class Index:
    """All episodes; every column is as long as there are episodes, and has them in the same order.

    Args:
        keys: of the episodes, for links.
        texts: `arm`, `environment`, `task`, `template`, `persona`, `seed` (as text: it has more digits than a number
            of JavaScript), `outcome`, `stop`.
        numbers: `repeat`, `turns`, `calls`, `errors`, `faults`, `tokens`, `cost_usd`, `wall_s`; None is unknown.
        values: the metrics by name; None where one does not apply.
        groups: why episodes did not succeed.
        group: for every episode the number of its group; -1 has none.
        messages: what the first episode of each group says, where it says anything.
    """

    keys: tuple[str, ...]
    texts: Mapping[str, Coded]
    numbers: Mapping[str, Numbers]
    values: Mapping[str, Numbers]
    groups: tuple[Group, ...]
    group: tuple[int, ...]
    messages: tuple[str, ...]


def index_of(entries: Sequence[Entry]) -> Index:
    """The columns of `entries`, in their order."""
    groups: dict[Group, int] = {}
    messages: list[str] = []
    for entry in entries:
        if entry.group is not None and entry.group not in groups:
            groups[entry.group] = len(groups)
            failure = entry.finished.result.failure
            messages.append("" if failure is None else failure.message)
    return Index(
        keys=tuple(entry.finished.result.episode for entry in entries),
        texts=_texts(entries),
        numbers=_numbers(entries),
        values=_values(entries),
        groups=tuple(groups),
        group=tuple(-1 if entry.group is None else groups[entry.group] for entry in entries),
        messages=tuple(messages),
    )


def _texts(entries: Sequence[Entry]) -> dict[str, Coded]:
    results = [entry.finished.result for entry in entries]
    return {
        "arm": Coded.of(result.arm for result in results),
        "environment": Coded.of(result.environment for result in results),
        "task": Coded.of(result.task for result in results),
        "template": Coded.of(entry.template for entry in entries),
        "persona": Coded.of(result.persona for result in results),
        "seed": Coded.of(str(result.seed) for result in results),
        "outcome": Coded.of(entry.outcome for entry in entries),
        "stop": Coded.of(entry.stop for entry in entries),
    }


def _numbers(entries: Sequence[Entry]) -> dict[str, Numbers]:
    results = [entry.finished.result for entry in entries]
    return {
        "repeat": [result.repeat for result in results],
        "turns": [result.calls for result in results],
        "calls": [entry.calls for entry in entries],
        "errors": [entry.errors for entry in entries],
        "faults": [entry.faults for entry in entries],
        "tokens": [result.tokens for result in results],
        "cost_usd": [_short(result.cost_usd) for result in results],
        "wall_s": [_short(result.wall_s) for result in results],
    }


def _values(entries: Sequence[Entry]) -> dict[str, Numbers]:
    names = dict.fromkeys(name for entry in entries for name in entry.finished.result.values)
    return {name: [_short(entry.finished.result.values.get(name)) for entry in entries] for name in names}


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")
