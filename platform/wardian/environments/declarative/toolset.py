"""From the tools of a `world.yaml` to a class of toolbox."""

import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from wardian.environments.declarative.action import Action
from wardian.environments.declarative.definition import scratch
from wardian.environments.declarative.edits import Create, Delete, Update
from wardian.environments.declarative.lookups import Find, Get
from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.objections import objections
from wardian.environments.declarative.run import Run
from wardian.environments.declarative.statement import Inspector
from wardian.environments.declarative.table import Table
from wardian.environments.declarative.tools import (
    CreateSpec,
    DeleteSpec,
    FindSpec,
    GetSpec,
    StatementSpec,
    ToolSpec,
    UpdateSpec,
)
from wardian.environments.declarative.values import annotation
from wardian.environments.declarative.world import WorldSpec
from wardian.environments.services.service import Service
from wardian.environments.services.spec import ServiceSpec
from wardian.environments.services.toolbox import ServiceToolbox
from wardian.environments.state import State
from wardian.environments.tool import Tool, ToolFunction, tool
from wardian.environments.toolbox import Toolbox
from wardian.specs.document import Document
from wardian.specs.names import nearest

__all__ = ["Toolset"]

TAKEN = frozenset(dir(BaseModel)) | {"self"}
"""Names that an argument cannot have."""


class Toolset:
    """The tools that a world offers; what is wrong with them is noted in the document.

    `toolbox` is the class that has them, `arguments` their arguments by name, `service` what stands in front of them.
    """

    def __init__(self, document: Document, world: WorldSpec) -> None:
        self._document = document
        self._tables = world.tables
        self._moment = Moment(world.now)
        actions = {name: self._action(name, spec) for name, spec in world.tools.items() if spec.offered}
        self._actions = {name: action for name, action in actions.items() if action is not None}
        if not document.problems:
            self._inspect()
        functions = {name: self._function(name, action, world.tools[name]) for name, action in self._actions.items()}
        self.toolbox: type[Toolbox] = type("DeclaredToolbox", (Toolbox,), dict(functions))
        self.tools = {name: Tool(function) for name, function in functions.items()}
        self.arguments = {name: action.arguments for name, action in self._actions.items()}
        self.service = None if world.service is None else self._service(world, world.service)

    def open(self, state: State) -> Toolbox:
        """The tools of one world, behind its service if it has one."""
        inner = self.toolbox(state)
        return inner if self.service is None else ServiceToolbox(inner, self.service)

    def _service(self, world: WorldSpec, spec: ServiceSpec) -> Service:
        for name in spec.operations:
            if name not in world.tools:
                text = f"there is no tool '{name}'; {nearest(name, world.tools)}"
                self._document.complain(("service", "operations", name), text)
        return Service(spec, [tool.schema for tool in self.tools.values()])

    def _action(self, name: str, spec: ToolSpec) -> Action | None:
        before = len(self._document.problems)
        for path, text in objections(spec, self._tables, self._moment):
            self._document.complain(("tools", name, *path), text)
        if len(self._document.problems) > before:
            return None
        if isinstance(spec, StatementSpec):
            return Run(spec)
        table = Table(spec.table, self._tables[spec.table])
        match spec:
            case GetSpec():
                return Get(spec, table)
            case FindSpec():
                return Find(spec, table)
            case CreateSpec():
                return Create(spec, table)
            case UpdateSpec():
                return Update(spec, table)
            case DeleteSpec():
                return Delete(spec, table)

    def _inspect(self) -> None:
        """Look at the SQL of the author, and at the names that become names in Python."""
        inspector = Inspector(scratch(self._tables), self._tables)
        for name, action in self._actions.items():
            for argument in TAKEN.intersection(action.arguments):
                self._document.complain(("tools", name), f"an argument cannot be called '{argument}'")
            known = [*action.arguments, "now", "today"]
            for path, statement, writing in action.statements:
                if text := inspector.objection(statement, known, writing=writing):
                    self._document.complain(("tools", name, *path), text)

    @staticmethod
    def _function(name: str, action: Action, spec: ToolSpec) -> ToolFunction:
        """A function whose signature and docstring say what the action takes, as `Tool` reads them."""

        def function(self: Toolbox, **given: Any) -> Any:
            return action.run(self, given)

        function.__name__ = name
        function.__doc__ = _doc(spec.description or action.about or f"{name.replace('_', ' ').capitalize()}.", action)
        function.__dict__["__signature__"] = inspect.Signature(list(_parameters(action)))
        return tool(effect=action.effect)(function)


def _doc(description: str, action: Action) -> str:
    notes = {name: " ".join(spec.description.split()) for name, spec in action.arguments.items()}
    lines = [f"    {name}: {note}" for name, note in notes.items() if note]
    head = " ".join(description.split())
    return "\n".join([head, "", "Args:", *lines]) if lines else head


def _parameters(action: Action) -> Iterator[inspect.Parameter]:
    """Positional, for these may be called `from` or `in`; those that may be left out come last."""
    for name in sorted(action.arguments, key=lambda name: name in action.spare):
        spec = action.arguments[name]
        spare = name in action.spare
        kind = annotation(spec.model_copy(update={"optional": spare}))
        default = None if spare else inspect.Parameter.empty
        yield inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY, default=default, annotation=kind)
