"""One gate being heard: pairs are played many at a time, and told in the order of their numbers."""

from collections.abc import Callable, Iterator

from wardian.base.bundle import Bundle
from wardian.optimization.board import Board, Order
from wardian.optimization.campaign.record import GatePair
from wardian.optimization.gate.gate import Gate
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.ground import Ground, Namespace
from wardian.optimization.pairs import Pair
from wardian.scoring.result import Result

__all__ = ["FIRST", "Hearing", "gate_pair"]

FIRST = 48
"""Pairs that every gate needs, so that they may be begun before any is told."""


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
        self._draws: list[tuple[str, str]] = []
        self.pairs: list[Pair] = []
        """Those that were told."""

    async def all(self, draws: int) -> list[Pair]:
        """The first `draws` pairs."""
        self._begin(draws)
        async for finished in self._order:
            self._results[finished.result.episode] = finished.result
        self.pairs.extend(self._complete())
        return self.pairs

    async def verdict(self, gate: Gate, draws: int, told: Callable[[Pair], int]) -> GateVerdict | None:
        """Tell `gate` pair after pair until it has seen enough; None when it has not after `draws` of them.

        At most as many pairs are begun behind the first that has not been told as `told` says after each.
        """
        self._begin(min(draws, FIRST))
        async for finished in self._order:
            self._results[finished.result.episode] = finished.result
            for pair in self._complete():
                self.pairs.append(pair)
                if (verdict := gate.step([pair])) is not None:
                    self._order.close()
                    return verdict
                self._begin(min(draws, max(FIRST, len(self.pairs) + told(pair))))
        return None

    def _begin(self, draws: int) -> None:
        for number in range(len(self._draws), draws):
            place = self._ground.draw(self._namespace, number)
            own, other = self._ground.pair(*self._arms, place, self._namespace, number)
            self._draws.append((own.key, other.key))
            self._order.add([own, other])

    def _complete(self) -> Iterator[Pair]:
        """The next pairs that have both results; in order, so one that is slow holds up those behind it."""
        for number in range(len(self.pairs), len(self._draws)):
            own, other = map(self._results.get, self._draws[number])
            if own is None or other is None:
                return
            yield Pair(number, own, other)


def gate_pair(pair: Pair, metric: str) -> GatePair:
    """What is kept of it."""
    return GatePair(
        number=pair.number,
        task=pair.task,
        seed=pair.champion.seed,
        champion=pair.champion.values.get(metric),
        candidate=pair.candidate.values.get(metric),
    )
