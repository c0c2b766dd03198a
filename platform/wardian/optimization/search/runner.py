"""One candidate in a race, and how good it may still turn out to be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.search.strategy import Raced

__all__ = ["Range", "Runner"]

Value = float | None
"""Of the metric; None where the episode is missing."""
Range = tuple[float, float]
WORST = -1.0


@dataclass(eq=False)
class Runner:
    """A candidate and its results.

    Args:
        candidate: the version.
        champion: what the champion had in each draw, as far as it is known; shared by all runners.
        own: the same of the candidate.
        number: of its assignment.
        begun: draws that were asked for.
        rung: the last one that it takes part in, from 1.
        draws: that count for it: those of its rung.
    """

    candidate: Candidate
    champion: Mapping[int, Value]
    own: dict[int, Value] = field(default_factory=dict)
    number: int = -1
    begun: int = 0
    rung: int = 0
    draws: int = 0

    @property
    def values(self) -> dict[int, float]:
        """The metric in each draw that counts and has a result."""
        found = ((number, self.own.get(number)) for number in range(self.draws))
        return {number: value for number, value in found if value is not None}

    @property
    def deltas(self) -> dict[int, float]:
        """The same minus the champion's."""
        found = ((number, value, self.champion.get(number)) for number, value in self.values.items())
        return {number: value - theirs for number, value, theirs in found if theirs is not None}

    @property
    def gain(self) -> float:
        """The mean difference to the champion; nobody is as bad as one that has no result at all."""
        deltas = self.deltas
        return sum(deltas.values()) / len(deltas) if deltas else WORST

    @property
    def tie(self) -> tuple[int, int]:
        """Who is first of two that gain as much: the shorter one, then the earlier one."""
        return (self.candidate.bundle.characters, self.number)

    @property
    def place(self) -> tuple[float, int, int]:
        """What it is sorted by, the best first."""
        return (-self.gain, *self.tie)

    def reach(self) -> Range:
        """The worst and the best gain that it can end its rung with, whatever is still to come."""
        sure, open_ = list[float](), list[Range]()
        for number in range(self.draws):
            bounds = self._bounds(number)
            if bounds is None:
                continue
            if bounds[0] == bounds[1]:
                sure.append(bounds[0])
            else:
                open_.append(bounds)
        low = _extreme(sure, sorted(low for low, _ in open_)) if sure else WORST
        return low, -_extreme([-each for each in sure], sorted(-high for _, high in open_))

    def _bounds(self, number: int) -> Range | None:
        """Of the difference in one draw; None where it is missing."""
        ours = _span(self.own, number)
        theirs = _span(self.champion, number)
        return None if ours is None or theirs is None else (ours[0] - theirs[1], ours[1] - theirs[0])

    def raced(self, generation: int, *, finalist: bool) -> Raced:
        """What a strategy is told of it."""
        return Raced(
            candidate=self.candidate,
            generation=generation,
            values=self.values,
            deltas=self.deltas,
            rung=self.rung,
            finalist=finalist,
        )


def _span(values: Mapping[int, Value], number: int) -> Range | None:
    if number not in values:
        return (0.0, 1.0)
    value = values[number]
    return None if value is None else (value, value)


def _extreme(sure: list[float], ascending: Iterable[float]) -> float:
    """The smallest mean when any of the others, each of which may be missing, join those that are sure."""
    total, count = sum(sure), len(sure)
    lowest = total / count if count else 1.0
    for value in ascending:
        if count and value >= total / count:
            break
        total, count = total + value, count + 1
        lowest = min(lowest, total / count)
    return lowest
