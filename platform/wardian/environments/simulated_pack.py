"""A pack of simulated worlds: what most packs' `open_pack` returns."""

from collections.abc import Iterable, Sequence

from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message
from wardian.environments.context import PackContext
from wardian.environments.environment import Environment
from wardian.environments.goal import Goal
from wardian.environments.ledger import Ledger
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated import SimulatedWorld

__all__ = ["SimulatedPack"]


class SimulatedPack(Pack):
    """Scenarios in one world. References are replayed once each, to learn which state they lead to."""

    def __init__(self, context: PackContext, world: World, scenarios: Iterable[Scenario]) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        self.digest = context.digest
        self._world = world
        self._scenarios = {scenario.id: scenario for scenario in scenarios}
        self._cards = tuple(scenario.card for scenario in self._scenarios.values())
        self._goals: dict[str, Goal] = {}

    def tasks(self) -> Sequence[TaskCard]:
        """The scenarios in their order."""
        return self._cards

    def environment(self, task: str) -> Environment:
        """A fresh copy of the world."""
        return SimulatedWorld(self._world, self._scenarios[task], lambda: self.goal(task))

    def reference(self, task: str) -> Sequence[Message]:
        """The scenario's own."""
        return self._scenarios[task].reference

    def goal(self, task: str) -> Goal:
        """Where the reference of `task` leads.

        Raises:
            EnvironmentFault: when one of the reference's own calls fails.
        """
        if task not in self._goals:
            self._goals[task] = self._replay(self._scenarios[task])
        return self._goals[task]

    def _replay(self, scenario: Scenario) -> Goal:
        world, ledger = SimulatedWorld(self._world, scenario.certain, Goal), Ledger()
        for message in scenario.reference:
            for call in message.tool_calls:
                observation = world.act(call)
                if observation.error is not None and observation.fault is None:
                    raise EnvironmentFault(f"the reference of {scenario.id} fails at {call.name}: {observation.text}")
                ledger.take(observation.changes)
            if not message.tool_calls:
                world.hear(message.content)
                ledger.take(world.done_by_user())
        goal = Goal(world.changes, ledger.passing)
        world.close()
        return goal
