"""The episodes that nobody plays yet, and what to do with those whose worker was lost."""

from collections import Counter, deque
from collections.abc import Iterable

from wardian.episodes.record import EpisodeSpec

__all__ = ["Backlog"]

STRIKES = 3


class Backlog:
    """Hands out specs in order; those of lost workers come back and go first.

    An episode that has taken three workers down with it is poison: it is not handed out again.
    """

    def __init__(self, specs: Iterable[EpisodeSpec]) -> None:
        self._fresh = iter(specs)
        self._returned: deque[EpisodeSpec] = deque()
        self._strikes: Counter[str] = Counter()

    def take(self, most: int) -> list[EpisodeSpec]:
        """Up to `most` specs; an empty list when there are none left."""
        taken: list[EpisodeSpec] = []
        while len(taken) < most and (spec := self._next()) is not None:
            taken.append(spec)
        return taken

    def give_back(self, specs: Iterable[EpisodeSpec]) -> list[EpisodeSpec]:
        """Take back what a lost worker was playing; the answer is the poisonous ones."""
        poison: list[EpisodeSpec] = []
        for spec in specs:
            self._strikes[spec.key] += 1
            (poison if self._strikes[spec.key] >= STRIKES else self._returned).append(spec)
        return poison

    def _next(self) -> EpisodeSpec | None:
        return self._returned.popleft() if self._returned else next(self._fresh, None)
