"""One gate being heard: pairs are played many at a time, and told in the order of their numbers."""

from collections.abc import Callable, Iterator

from wardian.base.bundle import Bundle
from wardian.episodes.record import EpisodeSpec
from wardian.optimization.board import Board, Order
from wardian.optimization.campaign.record import GatePair
from wardian.optimization.gate.gate import Gate
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.ground import Ground, Namespace
from wardian.optimization.pairs import Pair, value_of
from wardian.scoring.result import Result

__all__ = ["FIRST", "Hearing", "gate_pair"]

FIRST = 48
"""Pairs that almost every gate needs, so that they may be begun before any is told."""


class Hearing:
    """Draws of one namespace for champion and candidate.

    Args:
        board: has the episodes played.
        ground: where.
        champion: whose episodes are played first in every pair.
        candidate: the other arm.
        namespace: of the seeds.
        rank: how urgent it is.
    """

    def __init__(
        self, board: Board, ground: Ground, champion: Bundle, candidate: Bundle, namespace: Namespace, rank: int = 1
    ) -> None:
        self._ground = ground
        self._arms = champion, candidate
        self._namespace = namespace
        self._order: Order = board.order(rank)
        self._results: dict[str, Result] = {}
        self._draws: list[tuple[EpisodeSpec, EpisodeSpec]] = []
        self.pairs: list[Pair] = []
        """Those that were told."""

    async def all(self, draws: int) -> list[Pair]:
        """The first `draws` pairs."""
        self.begin(draws)
        async for finished in self._order:
            self._results[finished.result.episode] = finished.result
        self.pairs.extend(self._complete())
        return self.pairs

    async def verdict(self, gate: Gate, draws: int, told: Callable[[Pair], int]) -> GateVerdict:
        """Tell `gate` pair after pair until it has seen enough, after `draws` of them at the latest.

        At most as many pairs are begun behind the first that has not been told as `told` says after each.
        """
        self.begin(min(draws, FIRST))
        async for finished in self._order:
            self._results[finished.result.episode] = finished.result
            for pair in self._complete():
                self.pairs.append(pair)
                if (verdict := gate.step([pair])) is not None:
                    self._order.close()
                    return verdict
                self.begin(min(draws, len(self.pairs) + told(pair)))
        raise RuntimeError(f"the gate on {self._namespace} has no verdict after {draws} pairs")

    @property
    def begun(self) -> int:
        """Pairs that may have been begun; it follows from those that were told."""
        return len(self._draws)

    def begin(self, draws: int, rank: int | None = None) -> None:
        """Have so many pairs played, both arms of each next to each other; `rank` is the hearing's own by default."""
        for number in range(len(self._draws), draws):
            place = self._ground.draw(self._namespace, number)
            own, other = self._ground.pair(*self._arms, place, self._namespace, number)
            self._draws.append((own, other))
            self._order.add([own, other], rank)

    def close(self) -> None:
        """What nobody has begun to play is not wanted any more."""
        self._order.close()

    def urge(self) -> None:
        """What was begun with another rank has the hearing's own from now on."""
        self._order.add([spec for pair in self._draws for spec in pair])

    def _complete(self) -> Iterator[Pair]:
        """The next pairs that have both results; in order, so one that is slow holds up those behind it."""
        for number in range(len(self.pairs), len(self._draws)):
            own, other = (self._results.get(spec.key) for spec in self._draws[number])
            if own is None or other is None:
                return
            yield Pair(number, own, other)


def gate_pair(pair: Pair, metric: str) -> GatePair:
    """What is kept of it."""
    return GatePair(
        number=pair.number,
        task=pair.task,
        seed=pair.champion.seed,
        champion=value_of(pair.champion, metric),
        candidate=value_of(pair.candidate, metric),
    )
