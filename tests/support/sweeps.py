"""Sweeps over episodes that nobody plays: what comes of each is drawn from chances that a test sets."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from wardian.base.identity import random_stream
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.optimization.sweeps.choice import Choice, Everybody
from wardian.optimization.sweeps.field import Field, Order
from wardian.optimization.sweeps.flat import Config
from wardian.optimization.sweeps.record import SweepRecord
from wardian.optimization.sweeps.sweep import Sweep
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored
from wardian.specs.sweeps import SweepSpec

__all__ = ["Chances", "Drawn", "Nothing", "configs", "field", "played", "sweep"]

Chances = Callable[[str, EpisodeSpec], float]
"""The chance that an arm succeeds in an episode."""


class Nothing(Exception):
    """The process was killed."""


class Drawn:
    """An evaluator that keeps what it has finished, gives results in a shuffled order, and counts what it plays.

    Args:
        chance: of success, by arm and episode. All arms hear the same draw in one cell.
        order: shuffles the results.
        costs: in US dollars, by arm.
        missing: episodes that somebody else than the agent breaks.
        dies_after: so many more episodes, and the process is killed.
    """

    slots = 16

    def __init__(
        self,
        chance: Chances,
        *,
        order: int = 0,
        costs: Mapping[str, float] | None = None,
        missing: Callable[[EpisodeSpec], bool] = lambda _: False,
    ) -> None:
        self.plays: list[str] = []
        self.dies_after: int | None = None
        self.order = order
        self._chance = chance
        self._costs = costs or {}
        self._missing = missing
        self._finished: dict[str, Finished] = {}

    async def play(self, specs: Sequence[EpisodeSpec]) -> AsyncGenerator[Finished]:
        """One result for each, in whatever order."""
        shuffled = list(specs)
        random_stream(self.order, len(self.plays)).shuffle(shuffled)
        for spec in shuffled:
            if spec.key not in self._finished:
                if self.dies_after == len(self.plays):
                    raise Nothing
                self.plays.append(spec.key)
                self._finished[spec.key] = Finished(self._result(spec))
            await asyncio.sleep(0)
            yield self._finished[spec.key]

    @property
    def results(self) -> list[Result]:
        """Of all that was played."""
        return [each.result for each in self._finished.values()]

    async def record(self, finished: Finished) -> Scored:
        """Nobody asks."""
        raise Nothing

    def _result(self, spec: EpisodeSpec) -> Result:
        lost = self._missing(spec)
        draw = random_stream("draw", spec.seed, spec.repeat).random()
        success = float(draw < self._chance(spec.agent.name, spec))
        return Result(
            arm=spec.agent.name,
            environment=spec.environment.name,
            task=spec.task.id,
            seed=spec.seed,
            repeat=spec.repeat,
            missing="provider" if lost else None,
            values={} if lost else {"success": success},
            cost_usd=self._costs.get(spec.agent.name, 0.01),
            episode=spec.key,
        )


def configs(count: int) -> tuple[Config, ...]:
    """So many, which differ in their temperature."""
    return tuple(Config(number=n, name=f"a@{n}", settings={"temperature": n / 10}) for n in range(count))


def field(
    count: int, tasks: int, order: Order, *, repeats: int = 1, beside: Sequence[str] = (), seed: int = 0
) -> Field:
    """Where they meet."""
    arms = [AgentRef(name=name, digest=name) for name in (*(each.name for each in configs(count)), *beside)]
    world = EnvironmentRef(name="shop", pack="shop", version="1", digest="d")
    cells = [
        EpisodeSpec(
            environment=world,
            task=TaskRef(id=f"t{task}", template="x"),
            agent=arms[0],
            seed=10_000 * seed + 1_000 * repeat + task,
            repeat=repeat,
        )
        for repeat in range(repeats)
        for task in range(tasks)
    ]
    return Field.of(cells, arms, count, order)


def sweep(
    spec: SweepSpec,
    count: int,
    tasks: int,
    *,
    repeats: int = 1,
    beside: Sequence[str] = (),
    seed: int = 0,
    choice: Choice | None = None,
) -> Sweep:
    """One over so many configurations, before it begins."""
    order = Order.by(spec, seed)
    where = field(count, tasks, order, repeats=repeats, beside=beside, seed=seed)
    return Sweep(spec, configs(count), where, order, choice or Everybody(count))


def played(of: Sweep, world: Drawn) -> SweepRecord:
    """Its end."""

    async def nobody(record: SweepRecord) -> None:
        pass

    return asyncio.run(of.run(world, nobody))
