"""A task of a simulated world, and the world that all tasks of a pack share."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wardian.base.messages import Message
from wardian.environments.brief import Brief
from wardian.environments.checks import Check, StateReached
from wardian.environments.life.event import Event
from wardian.environments.life.fault import Fault
from wardian.environments.pack import TaskCard
from wardian.environments.persona import PERSONAS, Persona
from wardian.environments.state import State
from wardian.environments.template import SqlValue, Template
from wardian.environments.toolbox import Toolbox

__all__ = ["Scenario", "World"]


@dataclass(frozen=True)
class World:
    """What all tasks have in common: the opening state, the tools, the policy, the rules.

    `ignore` names paths of the state ("table" or "table.column") that are nobody's business. `waits` gives the agent
    the tool `wait`. A call takes `call_min` minutes of virtual time, a text to the user and their answer `turn_min`.
    """

    template: Template
    toolbox: Callable[[State], Toolbox]
    policy: str = ""
    checks: tuple[Check, ...] = (StateReached(),)
    ignore: frozenset[str] = frozenset({"clock"})
    waits: bool = False
    call_min: float = 0.0
    turn_min: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """One task: whose request it is, how they talk, how it is solved, and what this task checks on top.

    `reference` are the assistant's messages of a solution. The state that it leads to is the state that
    is expected, so it is written once. A call of it that a fault happens to stands in it as an agent makes it that does
    not know of the fault.

    `setup` are statements with their values that make the world's opening state this task's. `events` happen by
    themselves, `faults` to calls.
    """

    id: str
    template: str
    brief: Brief
    reference: tuple[Message, ...]
    persona: Persona = PERSONAS["plain"]
    checks: tuple[Check, ...] = ()
    setup: tuple[tuple[str, tuple[SqlValue, ...]], ...] = ()
    events: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def certain(self) -> "Scenario":
        """The same without what happens by chance."""
        return replace(self, faults=tuple(fault for fault in self.faults if fault.certain))

    @property
    def card(self) -> TaskCard:
        """What planning needs to know."""
        return TaskCard(id=self.id, template=self.template, persona=self.persona.name)

    @property
    def reference_calls(self) -> int:
        """Tool calls of the reference."""
        return sum(len(message.tool_calls) for message in self.reference)
