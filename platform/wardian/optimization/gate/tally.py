"""What the pairs of a gate add up to."""

from dataclasses import dataclass, field
from typing import Final

__all__ = ["Tally"]

SIGNS: Final = frozenset({-1.0, 0.0, 1.0})


@dataclass(slots=True)
class Tally:
    """Counts and sums of differences, in the order of the pairs: the same to the last bit every time.

    Args:
        pairs: how many.
        better: where the candidate did better.
        worse: where it did worse.
        total: the sum of all differences.
        squares: of their squares.
        counts: how often each difference was seen.
    """

    pairs: int = 0
    better: int = 0
    worse: int = 0
    total: float = 0.0
    squares: float = 0.0
    counts: dict[float, int] = field(default_factory=dict)

    def add(self, difference: float) -> None:
        """One more pair."""
        self.pairs += 1
        self.better += difference > 0
        self.worse += difference < 0
        self.total += difference
        self.squares += difference * difference
        self.counts[difference] = self.counts.get(difference, 0) + 1

    def copy(self) -> "Tally":
        """As it is now."""
        return Tally(self.pairs, self.better, self.worse, self.total, self.squares, dict(self.counts))

    @property
    def moved(self) -> int:
        """Pairs in which the two differ."""
        return self.better + self.worse

    @property
    def plain(self) -> bool:
        """Whether every pair is plainly better, worse or equal."""
        return self.counts.keys() <= SIGNS

    @property
    def mean(self) -> float:
        """The mean difference; 0 before the first pair."""
        return self.total / self.pairs if self.pairs else 0.0
