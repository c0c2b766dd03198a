"""The episodes that nobody plays yet, and what to do with those whose worker was lost."""

import math
from collections import Counter, deque
from collections.abc import Iterable
from itertools import islice

from wardian.episodes.record import EpisodeSpec

__all__ = ["Backlog"]

STRIKES = 3


class Backlog:
    """Hands out specs in order; those of lost workers come back and go first.

    An episode that has taken three workers down with it is poison: it is not handed out again.
    """

    def __init__(self, specs: Iterable[EpisodeSpec]) -> None:
        self._fresh = iter(specs)
        self._next: deque[EpisodeSpec] = deque()
        self._strikes: Counter[str] = Counter()

    def take(self, most: int) -> list[EpisodeSpec]:
        """Up to `most` specs; an empty list when there are none left."""
        self._look_ahead(most)
        return [self._next.popleft() for _ in range(min(most, len(self._next)))]

    def share(self, among: int, most: int) -> int:
        """An even part of what is left for each of `among` workers that play up to `most` at once."""
        self._look_ahead(among * most)
        return min(math.ceil(len(self._next) / among), most)

    def give_back(self, specs: Iterable[EpisodeSpec]) -> list[EpisodeSpec]:
        """Take back what a lost worker was playing; the answer is the poisonous ones."""
        poison: list[EpisodeSpec] = []
        for spec in specs:
            self._strikes[spec.key] += 1
            (poison.append if self._strikes[spec.key] >= STRIKES else self._next.appendleft)(spec)
        return poison

    def was_lost(self, spec: EpisodeSpec) -> bool:
        """Whether a worker was lost that had begun to play it."""
        return spec.key in self._strikes

    def _look_ahead(self, number: int) -> None:
        self._next.extend(islice(self._fresh, max(number - len(self._next), 0)))
