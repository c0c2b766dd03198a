"""Paired successive halving: all candidates on the same draws, half of them stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wardian.base.bundle import Bundle
from wardian.episodes.record import EpisodeSpec
from wardian.optimization.board import Board
from wardian.optimization.ground import SEARCH, Ground
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.search.strategy import Raced

__all__ = ["Race", "Runner"]


@dataclass
class Runner:
    """One candidate in a race: the metric by the draw's number, its own and that minus the champion's."""

    number: int
    candidate: Candidate
    values: dict[int, float] = field(default_factory=dict)
    deltas: dict[int, float] = field(default_factory=dict)
    rung: int = 0

    @property
    def gain(self) -> float:
        """The mean difference to the champion; nobody is as bad as one that has no result at all."""
        return sum(self.deltas.values()) / len(self.deltas) if self.deltas else -1.0

    @property
    def place(self) -> tuple[float, int, int]:
        """What it is sorted by, the best first: its gain, then how short it is, then its number."""
        return (-self.gain, self.candidate.bundle.characters, self.number)

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


class Race:
    """Candidates against the champion and so against each other.

    Args:
        board: has the episodes played.
        ground: where.
        metric: what is compared.
        rungs: draws that a candidate has after each round.
        rank: how urgent it is.
    """

    def __init__(self, board: Board, ground: Ground, metric: str, rungs: Sequence[int], rank: int = 0) -> None:
        self._board = board
        self._ground = ground
        self._metric = metric
        self._rungs = rungs
        self._rank = rank

    async def run(self, champion: Bundle, candidates: Mapping[int, Candidate]) -> list[Runner]:
        """All candidates by their numbers, and how far each came; those of the last rung are the best."""
        runners = [Runner(number, candidate) for number, candidate in sorted(candidates.items())]
        staying, begun = list(runners), 0
        for rung, draws in enumerate(self._rungs, 1):
            await self._round(champion, staying, range(begun, draws))
            for runner in staying:
                runner.rung = rung
            staying.sort(key=lambda runner: runner.place)
            if rung < len(self._rungs):
                staying, begun = staying[: (len(staying) + 1) // 2], draws
        return runners

    async def _round(self, champion: Bundle, runners: Sequence[Runner], draws: range) -> None:
        order = self._board.order(self._rank)
        wanted = [(runner, number, *self._pair(champion, runner, number)) for runner in runners for number in draws]
        order.add({spec.key: spec for *_, own, other in wanted for spec in (own, other)}.values())
        values = {done.result.episode: done.result.values.get(self._metric) async for done in order}
        for runner, number, own, other in wanted:
            ours, theirs = values[other.key], values[own.key]
            if ours is not None:
                runner.values[number] = ours
                if theirs is not None:
                    runner.deltas[number] = ours - theirs

    def _pair(self, champion: Bundle, runner: Runner, number: int) -> tuple[EpisodeSpec, EpisodeSpec]:
        place = self._ground.draw(SEARCH, number)
        return self._ground.pair(champion, runner.candidate.bundle, place, SEARCH, number)
