"""A task of a simulated world, and the world that all tasks of a pack share."""

from collections.abc import Callable
from dataclasses import dataclass

from wardian.base.messages import Message
from wardian.environments.brief import Brief
from wardian.environments.checks import Check, StateReached
from wardian.environments.pack import TaskCard
from wardian.environments.persona import PERSONAS, Persona
from wardian.environments.state import State
from wardian.environments.template import Template
from wardian.environments.toolbox import Toolbox

__all__ = ["Scenario", "World"]


@dataclass(frozen=True)
class World:
    """What all tasks have in common: the opening state, the tools, the policy, the rules.

    `ignore` names paths of the state ("table" or "table.column") that are nobody's business.
    """

    template: Template
    toolbox: Callable[[State], Toolbox]
    policy: str = ""
    checks: tuple[Check, ...] = (StateReached(),)
    ignore: frozenset[str] = frozenset({"clock"})


@dataclass(frozen=True)
class Scenario:
    """One task: whose request it is, how they talk, how it is solved, and what this task checks on top.

    `reference` are the assistant's messages of a solution. The state that it leads to is the state that
    is expected, so it is written once.
    """

    id: str
    template: str
    brief: Brief
    reference: tuple[Message, ...]
    persona: Persona = PERSONAS["plain"]
    checks: tuple[Check, ...] = ()

    @property
    def card(self) -> TaskCard:
        """What planning needs to know."""
        return TaskCard(id=self.id, template=self.template, persona=self.persona.name)

    @property
    def reference_calls(self) -> int:
        """Tool calls of the reference."""
        return sum(len(message.tool_calls) for message in self.reference)
