"""A pack of simulated worlds: what most packs' `open_pack` returns."""

from collections.abc import Iterable, Sequence

from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message
from wardian.environments.change import Change
from wardian.environments.checks import visible
from wardian.environments.context import PackContext
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated import SimulatedWorld
from wardian.environments.state import State

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
        self._expected: dict[str, tuple[Change, ...]] = {}

    def tasks(self) -> Sequence[TaskCard]:
        """The scenarios in their order."""
        return self._cards

    def environment(self, task: str) -> Environment:
        """A fresh copy of the world."""
        return SimulatedWorld(self._world, self._scenarios[task], lambda: self.expected(task))

    def reference(self, task: str) -> Sequence[Message]:
        """The scenario's own."""
        return self._scenarios[task].reference

    def expected(self, task: str) -> tuple[Change, ...]:
        """The net changes that the reference of `task` makes.

        Raises:
            EnvironmentFault: when one of the reference's own calls fails.
        """
        if task not in self._expected:
            self._expected[task] = self._replay(self._scenarios[task])
        return self._expected[task]

    def _replay(self, scenario: Scenario) -> tuple[Change, ...]:
        state = State(self._world.template)
        toolbox = self._world.toolbox(state)
        for call in (call for message in scenario.reference for call in message.tool_calls):
            observation = toolbox.call(call)
            if observation.error is not None:
                raise EnvironmentFault(f"the reference of {scenario.id} fails at {call.name}: {observation.text}")
        changes = visible(state.diff(), self._world.ignore, self._world.template.keys)
        state.close()
        return changes
