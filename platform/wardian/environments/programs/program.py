"""A task program with the parameters that it is played with."""

import inspect
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wardian.base.errors import ConfigError
from wardian.base.frozen import JsonValue
from wardian.base.messages import Message
from wardian.environments.pack import TaskCard

__all__ = ["Case", "Program", "ProgramTask"]

Case = Mapping[str, JsonValue]
"""One set of parameters by name."""

Entry = Callable[..., Coroutine[Any, Any, None]]
"""`async def task(env: Stage, agent: Agent, **case) -> None`."""


@dataclass(frozen=True)
class ProgramTask:
    """One task: a program with one set of parameters."""

    id: str
    program: Entry
    reference: tuple[Message, ...]
    case: Case

    @property
    def card(self) -> TaskCard:
        """What planning needs to know."""
        return TaskCard(id=self.id, template=self.program.__name__)


@dataclass(frozen=True)
class Program:
    """A task program: as many tasks as there are cases.

    Args:
        entry: `async def name(env, agent, **case)`; its name is the template's.
        solution: from a case to the reference's messages.
        cases: by what is put behind the name to make the id; without any there is one task, called like the program.
    """

    entry: Entry
    solution: Callable[..., Sequence[Message]]
    cases: Mapping[str, Case] | None = None

    def tasks(self) -> Iterator[ProgramTask]:
        """The tasks in the order of the cases.

        Raises:
            ConfigError: when the program is none, or does not take a case.
        """
        name = self.entry.__name__
        if not inspect.iscoroutinefunction(self.entry):
            raise ConfigError(f"the program {name} is no `async def`")
        for label, case in (self.cases or {"": {}}).items():
            try:
                inspect.signature(self.entry).bind("env", "agent", **case)
            except TypeError as error:
                raise ConfigError(f"the program {name}, case '{label}': {error}") from error
            reference = tuple(self.solution(**case))
            yield ProgramTask(f"{name}_{label}" if label else name, self.entry, reference, case)
