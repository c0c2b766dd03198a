"""AgentDojo's tasks: a user task alone, or together with an injection task and what an attack makes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import orjson

from wardian.base.errors import ConfigError
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.pack import TaskCard
from wardian.specs.names import nearest

from .effects import WRITES
from .library import Library

__all__ = ["Scenario", "read_scenarios"]

KEPT = 128
"""Worlds that are kept, read from YAML and injected: reading one takes up to a tenth of a second."""


@dataclass(frozen=True)
class Victim:
    """Whom an attack addresses: it looks for a model's name in this one."""

    name: str


@dataclass(frozen=True, eq=False)
class Scenario:
    """One task. `attack` and `injection_task` are AgentDojo's, or both None."""

    suite: Any
    user_task: Any
    attack: Any = None
    injection_task: Any = None

    @property
    def id(self) -> str:
        """Such as "banking/user_task_3", under attack "banking/user_task_3/injection_task_1"."""
        parts = [self.suite.name, self.user_task.ID]
        return "/".join(parts if self.injection_task is None else [*parts, self.injection_task.ID])

    @property
    def card(self) -> TaskCard:
        """The task for planning: one user task under several injections is one situation."""
        return TaskCard(id=self.id, template=f"{self.suite.name}/{self.user_task.ID}")

    @cached_property
    def injections(self) -> Mapping[str, str]:
        """What the attack writes into which of the suite's places."""
        return {} if self.attack is None else self.attack.attack(self.user_task, self.injection_task)

    @cached_property
    def tools(self) -> tuple[ToolSchema, ...]:
        """The suite's functions as the agent sees them."""
        return tuple(_schema(function) for function in self.suite.tools)

    def world(self) -> Any:
        """A fresh environment with the injections in it, not yet prepared for the user task."""
        return _world(self.suite, tuple(self.injections.items())).model_copy(deep=True)

    def prepared(self) -> Any:
        """A fresh environment as the agent finds it."""
        return self.user_task.init_environment(self.world())

    def reference(self) -> list[Message]:
        """The ground truth: one message for each call, then what it says in the end."""
        calls = [
            Message(role="assistant", tool_calls=(_tool_call(number, call),))
            for number, call in enumerate(self.user_task.ground_truth(self.prepared()), start=1)
        ]
        return [*calls, Message(role="assistant", content=self.user_task.GROUND_TRUTH_OUTPUT)]


def read_scenarios(library: Library, suite: str, attack: str, victim: str) -> dict[str, Scenario]:
    """The tasks of `suite` (or of "all"), plain when `attack` is "none".

    Raises:
        ConfigError: when the attack names its victim and cannot make out a model in `victim`.
    """
    suites = list(library.suites.values()) if suite == "all" else [library.suites[suite]]
    return {scenario.id: scenario for each in suites for scenario in _read(library, each, attack, victim)}


def _read(library: Library, suite: Any, attack: str, victim: str) -> Iterator[Scenario]:
    if attack == "none":
        yield from (Scenario(suite, task) for task in suite.user_tasks.values())
        return
    opened = _opened_attack(library, suite, attack, victim)
    aims: Sequence[Any] = list(suite.injection_tasks.values())
    # An attack that only wants to stop the agent has no other aim, and AgentDojo plays it once.
    aims = aims[:1] if opened.is_dos_attack else aims
    yield from (Scenario(suite, task, opened, aim) for task in suite.user_tasks.values() for aim in aims)


def _opened_attack(library: Library, suite: Any, attack: str, victim: str) -> Any:
    if not any(known in victim for known in library.models):
        raise ConfigError(f"pack 'agentdojo', knob 'victim': '{victim}' {nearest(victim, library.models)}")
    return library.attack(attack, suite, Victim(victim))


@lru_cache(maxsize=KEPT)
def _world(suite: Any, injections: tuple[tuple[str, str], ...]) -> Any:
    return suite.load_and_inject_default_environment(dict(injections))


def _schema(function: Any) -> ToolSchema:
    return ToolSchema(
        name=function.name,
        description=function.description,
        parameters=function.parameters.model_json_schema(),
        effect="write" if function.name in WRITES else "read",
    )


def _tool_call(number: int, call: Any) -> ToolCall:
    return ToolCall(id=f"call_{number}", name=call.function, arguments=orjson.dumps(dict(call.args)).decode())
