"""The episodes that nobody plays yet, and what to do with those whose worker was lost."""

import math
from collections import Counter, deque
from collections.abc import Iterable
from typing import Final

from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Planned
from wardian.runs.lull import Lull

__all__ = ["STRIKES", "Backlog"]

STRIKES: Final = 3
"""So many workers may be lost over an episode."""
MOST_STRIKES: Final = 9
"""And so many over one that always gets a little further."""
CROWD: Final = 8
"""Of a worker's episodes at most one in so many may have been with a lost worker before."""


class Backlog:
    """Hands out specs in order; those of lost workers come back and go first.

    An episode that has taken three workers down with it is poison: it is not handed out again. A worker dies with
    hundreds of episodes, of which one may be to blame. So only those with the most strikes get another one, and they
    are spread thin: who has two is never together with another suspect. Who gets further than where its last worker was
    lost is above suspicion again: workers are also lost for reasons of their own.

    Args:
        specs: taken one by one when somebody is free.
        planned: how many there are, if anybody knows.
    """

    def __init__(self, specs: Iterable[Planned], planned: float = math.inf) -> None:
        self._fresh = iter(specs)
        self._unpulled = planned
        self._lulled = False
        """Whether the plan had nothing more when it was last pulled, and may grow."""
        self._next: deque[EpisodeSpec] = deque()
        self._suspects: list[deque[EpisodeSpec]] = [deque() for _ in range(STRIKES)]
        self._strikes: Counter[str] = Counter()
        self._blamed: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def take(self, most: int, beside: Iterable[EpisodeSpec] = (), concurrency: int = 1) -> list[EpisodeSpec]:
        """Up to `most` specs for a worker that plays those `beside`; an empty list when there is nothing for it."""
        suspects = [self._strikes[spec.key] for spec in beside if spec.key in self._strikes]
        taken = self._suspicious(most, suspects, concurrency)
        self._look_ahead(most - len(taken))
        return taken + [self._next.popleft() for _ in range(min(most - len(taken), len(self._next)))]

    def share(self, among: int, most: int) -> int:
        """An even part of what is left for each of `among` workers that play up to `most` at once.

        Nothing is taken out of the plan for that: what is out is handed out, also when the run is to stop meanwhile.
        """
        part = (len(self._next) + self._unpulled) / among
        return most if part >= most else math.ceil(part)

    def give_back(self, specs: Iterable[EpisodeSpec], *, blame: bool = True) -> list[EpisodeSpec]:
        """Take back what a lost worker was playing; the answer is the poisonous ones.

        Args:
            specs: what it was playing.
            blame: whether one of them may have been the reason.
        """
        back = list(specs)
        worst = max((self._strikes[spec.key] for spec in back), default=0)
        poison: list[EpisodeSpec] = []
        for spec in back:
            self._lost[spec.key] += 1
            if blame and self._strikes[spec.key] == worst:
                self._strikes[spec.key] += 1
                self._blamed[spec.key] += 1
            strikes = STRIKES if self._blamed[spec.key] >= MOST_STRIKES else self._strikes[spec.key]
            (poison if strikes >= STRIKES else self._suspects[strikes] if strikes else self._next).append(spec)
        return poison

    def lease(self, spec: EpisodeSpec) -> int:
        """How often it has been handed out, this time included."""
        return self._lost[spec.key] + 1

    @property
    def empty(self) -> bool:
        """Whether nothing is left to hand out, and nothing comes."""
        self._look_ahead(1)
        return not self._next and not any(self._suspects) and not self._lulled

    def absolve(self, episode: str) -> None:
        """It (its key) has got further than where its last worker was lost."""
        self._strikes.pop(episode, None)

    def forget(self, spec: EpisodeSpec) -> None:
        """It has a result."""
        self._strikes.pop(spec.key, None)
        self._blamed.pop(spec.key, None)
        self._lost.pop(spec.key, None)

    def _suspicious(self, most: int, beside: list[int], concurrency: int) -> list[EpisodeSpec]:
        """Episodes that were with a lost worker, as many as may be together."""
        if self._suspects[2] and not beside and most:
            return [self._suspects[2].popleft()]
        room = min(max(concurrency // CROWD, 1) - len(beside), most)
        if any(strikes > 1 for strikes in beside) or room <= 0:
            return []
        return [self._suspects[1].popleft() for _ in range(min(room, len(self._suspects[1])))]

    def _look_ahead(self, number: int) -> None:
        while len(self._next) < number:
            spec = next(self._fresh, None)
            self._lulled = isinstance(spec, Lull)
            if spec is None or isinstance(spec, Lull):
                return
            self._next.append(spec)
            self._unpulled = max(self._unpulled - 1, 0)
