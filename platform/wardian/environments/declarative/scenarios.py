"""From the tasks of a `world.yaml` to scenarios."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, ToolCall
from wardian.environments.brief import Brief
from wardian.environments.declarative.checks import CheckSpec
from wardian.environments.declarative.definition import scratch
from wardian.environments.declarative.filling import Filler
from wardian.environments.declarative.happenings import check_event, filled_event
from wardian.environments.declarative.loops import Loops
from wardian.environments.declarative.placeholders import Values
from wardian.environments.declarative.statement import Inspector
from wardian.environments.declarative.tasks import CallSpec, TaskSpec
from wardian.environments.declarative.toolset import Toolset
from wardian.environments.declarative.world import WorldSpec
from wardian.environments.persona import PERSONAS
from wardian.environments.scenario import Scenario
from wardian.environments.services.service import WAIT
from wardian.environments.template import Template
from wardian.environments.tool import BadArguments
from wardian.specs.document import Document
from wardian.specs.names import nearest
from wardian.specs.places import KeyPath

__all__ = ["Scenarios"]

MOST: Final = 2_000
"""Tasks of one template."""


class Scenarios:
    """The scenarios of a world, template by template; what is wrong with them is noted in the document."""

    def __init__(self, document: Document, world: WorldSpec, toolset: Toolset, template: Template) -> None:
        self._document = document
        self._world = world
        self._toolset = toolset
        self._template = template
        self._inspector = Inspector(scratch(world.tables), world.tables)
        self._personas = {**PERSONAS, **{persona.name: persona for persona in world.personas}}

    def all(self) -> list[Scenario]:
        """All of them, each with an id of its own."""
        self._look_at_checks(("checks",), self._world.checks)
        found: dict[str, Scenario] = {}
        loops = Loops(self._document, self._world.tables, self._template)
        for name, spec in self._world.tasks.items():
            for scenario in self._of_template(name, spec, loops):
                if scenario.id in found:
                    self._document.complain(("tasks", name, "id"), f"two tasks are called '{scenario.id}'")
                    break
                found[scenario.id] = scenario
        loops.close()
        return list(found.values())

    def _of_template(self, name: str, spec: TaskSpec, loops: Loops) -> Iterator[Scenario]:
        """Until something is wrong: it would be wrong with the next as well."""
        path: KeyPath = ("tasks", name)
        before = len(self._document.problems)
        self._look_at(path, spec)
        if len(self._document.problems) > before:
            return
        number = 0
        for number, values in enumerate(islice(loops.passes((*path, "for"), spec.loops), MOST + 1), 1):
            scenario = self._scenario(name, spec, number, values)
            if len(self._document.problems) > before:
                return
            yield scenario
        if number == 0 and len(self._document.problems) == before:
            self._document.complain((*path, "for"), "no task comes of these loops")
        if number > MOST:
            self._document.complain((*path, "for"), f"more than {MOST} tasks come of these loops")

    def _scenario(self, name: str, spec: TaskSpec, number: int, values: Values) -> Scenario:
        path: KeyPath = ("tasks", name)
        filler = Filler(self._document, values)
        user = filler.texts((*path, "user"), spec.user.model_dump(mode="json", exclude_defaults=True))
        checks = [
            type(check).model_validate(filler.texts((*path, "checks", index), check.model_dump(mode="json")))
            for index, check in enumerate(spec.checks)
        ]
        return Scenario(
            id=filler.text((*path, "id"), spec.id) or f"{name}_{number}",
            template=name,
            brief=Brief.model_validate(user),
            reference=tuple(self._messages(path, spec, filler)),
            persona=self._personas[spec.personas[(number - 1) % len(spec.personas)]],
            checks=tuple(checks),
            events=tuple(
                filled_event((*path, "events", index), event, filler) for index, event in enumerate(spec.events)
            ),
            faults=spec.faults,
        )

    def _messages(self, path: KeyPath, spec: TaskSpec, filler: Filler) -> Iterator[Message]:
        for number, step in enumerate(spec.reference):
            here: KeyPath = (*path, "reference", number)
            if step.say is not None:
                yield Message(role="assistant", content=filler.text((*here, "say"), step.say))
                continue
            places = [here] if step.call is not None else [(*here, "calls", index) for index in range(len(step.calls))]
            calls = [
                self._call(place, call, filler, f"call_{number}_{index}")
                for index, (place, call) in enumerate(zip(places, step.all_calls, strict=True))
            ]
            yield Message(role="assistant", tool_calls=tuple(calls))

    def _call(self, path: KeyPath, spec: CallSpec, filler: Filler, name: str) -> ToolCall:
        given = {key: filler.value((*path, "with", key), value) for key, value in spec.arguments.items()}
        service = self._toolset.service
        if spec.call not in self._toolset.tools:
            return ToolCall(id=name, name=spec.call, arguments=orjson.dumps(given).decode())
        typed = self._typed(spec.call, given)
        extras = frozenset() if service is None else service.adds(spec.call)
        try:
            own = {key: value for key, value in typed.items() if key not in extras}
            self._toolset.tools[spec.call].parse(orjson.dumps(own).decode())
        except BadArguments as error:
            self._document.complain((*path, "with"), str(error))
            return ToolCall(id=name, name=spec.call)
        call = ToolCall(id=name, name=spec.call, arguments=orjson.dumps(typed).decode())
        return call if service is None else service.spoken(call)

    def _typed(self, tool: str, given: JsonObject) -> JsonObject:
        """`given`, with true and false where SQLite has said 1 and 0."""
        known = self._toolset.arguments[tool]
        truths = {name for name in given if name in known and known[name].type == "boolean"}
        return {name: bool(value) if name in truths and value in (0, 1) else value for name, value in given.items()}

    def _look_at(self, path: KeyPath, spec: TaskSpec) -> None:
        """Note names that do not exist."""
        for number, persona in enumerate(spec.personas):
            if persona not in self._personas:
                text = f"there is no persona '{persona}'; {nearest(persona, self._personas)}"
                self._document.complain((*path, "personas", number), text)
        self._look_at_checks((*path, "checks"), spec.checks)
        for number, event in enumerate(spec.events):
            check_event(self._document, (*path, "events", number), event, self._inspector)
        for number, fault in enumerate(spec.faults):
            for index, tool in enumerate(fault.tools):
                self._look_at_tool((*path, "faults", number, "tools", index), tool)
        for number, step in enumerate(spec.reference):
            for index, call in enumerate(step.all_calls):
                inner: KeyPath = ("call",) if step.call is not None else ("calls", index, "call")
                self._look_at_tool((*path, "reference", number, *inner), call.call)
                if call.call in self._world.tools and call.call not in self._toolset.tools:
                    self._document.complain((*path, "reference", number, *inner), f"'{call.call}' is not offered")

    def _look_at_checks(self, path: KeyPath, checks: Sequence[CheckSpec]) -> None:
        for number, check in enumerate(checks):
            for key in ("tools", "first", "then", "exempt"):
                for index, tool in enumerate(getattr(check, key, ())):
                    self._look_at_tool((*path, number, key, index), tool)

    def _look_at_tool(self, path: KeyPath, name: str) -> None:
        service = self._toolset.service
        waits = name == WAIT.name and (self._world.waits or (service is not None and service.waits))
        if name not in self._world.tools and not waits:
            self._document.complain(path, f"there is no tool '{name}'; {nearest(name, self._world.tools)}")
