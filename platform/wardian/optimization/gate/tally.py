"""What the pairs of a gate add up to."""

__all__ = ["Tally"]

SIGNS = (-1.0, 0.0, 1.0)


class Tally:
    """Counts and sums of differences, in the order of the pairs: the same to the last bit every time."""

    def __init__(self) -> None:
        self.pairs = 0
        self.better = 0
        self.worse = 0
        self.plain = True
        self.total = 0.0
        self.squares = 0.0
        self.differences: list[float] = []

    def add(self, difference: float) -> None:
        """One more pair."""
        self.pairs += 1
        self.better += difference > 0
        self.worse += difference < 0
        self.plain = self.plain and difference in SIGNS
        self.total += difference
        self.squares += difference * difference
        self.differences.append(difference)

    @property
    def mean(self) -> float:
        """The mean difference; 0 before the first pair."""
        return self.total / self.pairs if self.pairs else 0.0
