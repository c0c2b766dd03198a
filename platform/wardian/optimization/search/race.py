"""Paired successive halving: all candidates on the same draws, half of them stay."""

from collections.abc import Mapping, Sequence

from wardian.base.bundle import Bundle
from wardian.episodes.record import EpisodeSpec
from wardian.optimization.board import Board
from wardian.optimization.ground import SEARCH, Ground
from wardian.optimization.pairs import value_of
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.search.runner import Runner, Value
from wardian.scoring.finished import Finished

__all__ = ["Race"]

URGENT = 0
"""Before the pairs of a gate: they are many, and nobody waits for any one of these."""

MANY = 4
"""As long as more than one in so many results of a round is to come, hardly anybody is sure to stay."""


class Race:
    """Candidates against the champion, and so against each other.

    A round is decided by all of its results. But whoever stays in the race whatever the last ones are goes on at once.

    Args:
        board: has the episodes played.
        ground: where.
        champion: of the pairs.
        metric: what is compared.
        rungs: draws that a candidate has after each round.
    """

    def __init__(self, board: Board, ground: Ground, champion: Bundle, metric: str, rungs: Sequence[int]) -> None:
        self._ground = ground
        self._champion = champion
        self._metric = metric
        self._rungs = rungs
        self._order = board.order(URGENT)
        self._theirs: dict[int, Value] = {}
        self._runners: dict[str, Runner] = {}
        self._who: dict[str, tuple[dict[int, Value], int]] = {}
        self._staying: list[Runner] = []
        self._round = 0

    def enter(self, candidate: Candidate) -> None:
        """One more that takes part; its first round begins. A text that takes part already does so once."""
        if candidate.bundle.sha not in self._runners:
            runner = self._runners[candidate.bundle.sha] = Runner(candidate, self._theirs)
            self._ahead(runner, self._rungs[0])

    async def run(self, entrants: Mapping[int, Candidate]) -> list[Runner]:
        """Everybody who entered, and how far each came; those of the last rung are the best.

        `entrants` are by the numbers of their assignments, and the runners are in that order. Whose a text is follows
        from them: where it was proposed twice, the one that arrived first is not told from the other before.
        """
        for number, candidate in entrants.items():
            runner = self._runners[candidate.bundle.sha]
            runner.number, runner.candidate = number, candidate
        runners = sorted(self._runners.values(), key=lambda runner: runner.number)
        self._staying = list(runners)
        self._next_round()
        async for finished in self._order:
            self._take(finished)
            while self._settled():
                pass
        return runners

    def close(self) -> None:
        """Nobody waits for it any more."""
        self._order.close()

    def _next_round(self) -> None:
        self._round += 1
        for runner in self._staying:
            runner.rung, runner.draws = self._round, self._rungs[self._round - 1]
            self._ahead(runner, runner.draws)

    def _take(self, finished: Finished) -> None:
        values, number = self._who[finished.result.episode]
        values[number] = value_of(finished.result, self._metric)

    def _settled(self) -> bool:
        """Let go on who is sure to; whether that ends the round."""
        if self._round == len(self._rungs):
            return False
        draws = self._rungs[self._round - 1]
        open_ = sum(number not in runner.own for runner in self._staying for number in range(draws))
        if open_ > len(self._staying) * draws // MANY:
            return False
        sure, lost = self._sorted()
        for runner in sure:
            self._ahead(runner, self._rungs[self._round])
        if len(sure) + len(lost) == len(self._staying):
            self._staying = sure
            self._next_round()
            return True
        return False

    def _sorted(self) -> tuple[list[Runner], list[Runner]]:
        """Those who stay whatever comes, and those who do not."""
        keep = (len(self._staying) + 1) // 2
        reach = {runner: runner.reach() for runner in self._staying}

        def before(one: Runner, other: Runner) -> bool:
            """Whether `one` is better than `other` in any case."""
            low, high = reach[one][0], reach[other][1]
            return low > high or (low == high and one.tie < other.tie)

        sure, lost = list[Runner](), list[Runner]()
        for runner in self._staying:
            others = [other for other in self._staying if other is not runner]
            if sum(not before(runner, other) for other in others) < keep:
                sure.append(runner)
            elif sum(before(other, runner) for other in others) >= keep:
                lost.append(runner)
        return sure, lost

    def _ahead(self, runner: Runner, draws: int) -> None:
        """Have its draws played up to so many."""
        for number in range(runner.begun, draws):
            own, other = self._pair(runner, number)
            self._who[own.key], self._who[other.key] = (self._theirs, number), (runner.own, number)
            self._order.add([own, other])
        runner.begun = max(runner.begun, draws)

    def _pair(self, runner: Runner, number: int) -> tuple[EpisodeSpec, EpisodeSpec]:
        place = self._ground.draw(SEARCH, number)
        return self._ground.pair(self._champion, runner.candidate.bundle, place, SEARCH, number)
