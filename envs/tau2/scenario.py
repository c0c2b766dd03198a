"""tau2's tasks: what the user wants, and its gold actions as a solution."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.environments.pack import TaskCard

from .library import Domain, Library

__all__ = ["Scenario", "read_scenarios"]


@dataclass(frozen=True, eq=False)
class Scenario:
    """One task of a domain."""

    domain: Domain
    task: Any

    @property
    def id(self) -> str:
        """Such as "retail/17"."""
        return f"{self.domain.name}/{self.task.id}"

    @property
    def card(self) -> TaskCard:
        """The task for planning; tau2 does not say which are alike, except for telecom's kinds of issue."""
        kind = str(self.task.id).partition("]")[0].strip("[") if self.domain.solo else str(self.task.id)
        return TaskCard(id=self.id, template=f"{self.domain.name}/{kind}")

    @property
    def opening(self) -> str:
        """The ticket, or all that the user was told to say."""
        if self.domain.solo:
            return str(self.task.ticket)
        told = self.task.user_scenario.instructions
        parts = (told.reason_for_call, told.known_info, told.unknown_info, told.task_instructions)
        brief = "\n".join(part.strip() for part in parts if part)
        return f"I am the user. My brief, as it was given to me:\n{brief}"

    def world(self) -> Any:
        """A fresh environment of tau2's in the task's initial state."""
        environment = self.domain.environment(solo_mode=self.domain.solo)
        start = self.task.initial_state
        environment.set_state(
            initialization_data=None if start is None else start.initialization_data,
            initialization_actions=None if start is None else start.initialization_actions,
            message_history=[],
        )
        return environment

    @property
    def actions(self) -> Sequence[Any]:
        """tau2's gold actions."""
        return self.task.evaluation_criteria.actions or ()

    def reference(self) -> list[Message]:
        """The gold actions one by one, then a text with all that has to be communicated."""
        calls = [
            Message(role="assistant", tool_calls=(_tool_call(number, action),))
            for number, action in enumerate(self.actions, start=1)
        ]
        told = self.task.evaluation_criteria.communicate_info or ()
        return [*calls, Message(role="assistant", content=" ".join(["Done.", *told]))]


def read_scenarios(library: Library, domain: str, split: str) -> dict[str, Scenario]:
    """The tasks of a domain, or of "all" of them."""
    names = list(library.domains) if domain == "all" else [domain]
    return {scenario.id: scenario for name in names for scenario in _read(library.domains[name], split)}


def _read(domain: Domain, split: str) -> Iterator[Scenario]:
    return (Scenario(domain, task) for task in domain.get_tasks(split))


def _tool_call(number: int, action: Any) -> ToolCall:
    return ToolCall(id=f"call_{number}", name=action.name, arguments=orjson.dumps(action.arguments).decode())
