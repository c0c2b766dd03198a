"""BFCL's simulated services for one episode: instances of its own classes, held here and by nobody else."""

import json
from collections.abc import Iterable
from copy import deepcopy
from decimal import localcontext
from typing import Any

from wardian.base.errors import Failure, boundary
from wardian.environments.observation import Observation

from .calls import Call
from .library import Library
from .rows import changes, rows_of
from .scenario import Scenario

__all__ = ["World", "new_instances"]


class World:
    """The services of one task; `opening` and `rows` are their public state at first and after the last call."""

    def __init__(self, library: Library, scenario: Scenario) -> None:
        self._functions = scenario.functions
        self._instances = new_instances(library, scenario)
        self.rows = self.opening = rows_of(self._instances)

    def run(self, call: Call) -> Observation:
        """Execute `call`, whose function must be one of the task's; the text is what BFCL's executor would give."""
        text, error = self._execute(call)
        before, self.rows = self.rows, rows_of(self._instances)
        return Observation(text=text, error=error, changes=changes(before, self.rows))

    def replay(self, calls: Iterable[Call]) -> None:
        """Execute calls whose results are known."""
        for call in calls:
            self._execute(call)
        self.rows = rows_of(self._instances)

    def _execute(self, call: Call) -> tuple[str, str | None]:
        """The result as text, and an error code when it is one."""
        function = self._functions[call.name]
        method = getattr(self._instances[function.service], call.name)
        failures: list[Failure] = []
        # Some functions set the precision of decimal numbers for the whole thread.
        with boundary(failures.append, cause="environment"), localcontext():
            result = method(**function.own(call.arguments))
            return _text(result), "tool_error" if _is_error(result) else None
        error = "tool_error" if function.accepts(call.arguments) else "invalid_arguments"
        return f"Error during execution: {_said(failures[0])}", error


def new_instances(library: Library, scenario: Scenario) -> dict[str, Any]:
    """The task's services in their initial state, by name."""
    config = scenario.initial_config
    instances = {name: library.classes[name]() for name in scenario.services}
    for name in instances.keys() - library.stateless:
        # Private by name only: it is what BFCL's own executor calls.
        instances[name]._load_scenario(config.get(name, {}), long_context=scenario.long_context)  # noqa: SLF001
    # Long-context services hold objects of a module of BFCL's (credit cards, say), which a booking would
    # change for every later task of the process: from here on they are the episode's own.
    for instance in instances.values():
        held = {name: value for name, value in vars(instance).items() if isinstance(value, list | dict)}
        vars(instance).update(deepcopy(held))
    return instances


def _text(result: object) -> str:
    """A result as BFCL shows it to the agent."""
    if isinstance(result, dict):
        try:
            return json.dumps(result)
        except (TypeError, ValueError):
            return str(result)
    return str(result)


def _is_error(result: object) -> bool:
    """Whether the service refused: BFCL's functions return their errors, some in a list."""
    if isinstance(result, list) and len(result) == 1:
        return _is_error(result[0])
    return "error" in result if isinstance(result, dict) else str(result).startswith("Error")


def _said(failure: Failure) -> str:
    """What the exception said, without the name of its class, as in BFCL."""
    return failure.message.removeprefix(f"{failure.kind}: ")
