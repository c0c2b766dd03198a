"""The sweep itself: a block, a decision, the next block."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing

import numpy as np

from wardian.optimization.evaluator import Evaluator
from wardian.optimization.sweeps.choice import Choice
from wardian.optimization.sweeps.elimination import Elimination, elimination
from wardian.optimization.sweeps.field import Field, Order
from wardian.optimization.sweeps.flat import Config
from wardian.optimization.sweeps.record import Block, Dropped, SweepRecord
from wardian.scoring.result import Result
from wardian.specs.sweeps import SweepSpec

__all__ = ["Sweep"]

Note = Callable[[SweepRecord], Awaitable[None]]
"""Told how far the sweep is after each block."""


class Sweep:
    """Compares configurations block by block; a function of the job and of what comes of its episodes.

    Run again over the same evaluator it comes to the same record, and plays what was not finished.

    Args:
        spec: what the job says.
        configs: who is compared.
        field: where.
        order: in which order, and where blocks end.
        choice: who plays the first block; all of them unless somebody chooses.
    """

    def __init__(self, spec: SweepSpec, configs: Sequence[Config], field: Field, order: Order, choice: Choice) -> None:
        cells = len(field.cells)
        self._field = field
        self._ends = order.ends(cells)
        self._choice = choice
        self._elimination: Elimination = elimination(spec, len(configs), cells)
        self._metric = spec.metric
        self._values = np.full((len(configs), cells), np.nan)
        self._costs = np.full((len(configs), cells), np.nan)
        self._rows = {config.name: config.number for config in configs}
        self._columns = {
            _cell(each.environment.name, each.task.id, each.repeat): n for n, each in enumerate(field.cells)
        }
        self.record = SweepRecord(
            agent=spec.agent or "",
            metric=spec.metric,
            ending=spec.ending,
            alpha=spec.alpha,
            configs=tuple(configs),
            beside=tuple(arm.name for arm in field.beside),
            cells=cells,
        )

    async def run(self, evaluator: Evaluator, note: Note) -> SweepRecord:
        """Play it to its end."""
        alive = await self._opening(evaluator)
        begin = 0
        for end in self._ends:
            if begin:
                await self._play(evaluator, alive, begin, end)
            dropped = self._elimination.drop(self._values[:, :end], self._costs[:, :end], alive, begin)
            gone = {each.config for each in dropped}
            self._note(Block(cells=end, configs=tuple(alive)), dropped, end - begin)
            alive, begin = [each for each in alive if each not in gone], end
            if end == len(self._field.cells) or len(alive) < 2:
                self.record = self.record.model_copy(update={"done": True})
            await note(self.record)
            if self.record.done:
                break
        return self.record

    async def _opening(self, evaluator: Evaluator) -> list[int]:
        """Play the first block with everybody who is chosen for it."""
        end, played = self._ends[0], list[int]()
        while chosen := self._choice.ask():
            await self._play(evaluator, [each for each in chosen if each not in played], 0, end)
            self._choice.tell([_mean(self._values[each, :end]) for each in chosen])
            played += [each for each in chosen if each not in played]
        return sorted(played)

    async def _play(self, evaluator: Evaluator, configs: Iterable[int], begin: int, end: int) -> None:
        """Fill in what comes of the episodes of these configurations in these cells."""
        async with aclosing(evaluator.play(self._field.specs(configs, begin, end))) as results:
            async for finished in results:
                self._take(finished.result)

    def _take(self, result: Result) -> None:
        row = self._rows.get(result.arm)
        if row is None:
            return  # an arm beside the sweep
        column = self._columns[_cell(result.environment, result.task, result.repeat)]
        self._values[row, column] = result.values.get(self._metric, np.nan)
        self._costs[row, column] = np.nan if result.cost_usd is None else result.cost_usd

    def _note(self, block: Block, dropped: Sequence[Dropped], cells: int) -> None:
        known = self.record
        self.record = known.model_copy(
            update={
                "blocks": (*known.blocks, block),
                "dropped": (*known.dropped, *dropped),
                "episodes": known.episodes + cells * len(block.configs),
            }
        )


def _cell(environment: str, task: str, repeat: int) -> tuple[str, str, int]:
    return environment, task, repeat


def _mean(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float | None:
    """None where nothing is known."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else None
