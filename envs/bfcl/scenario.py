"""BFCL's tasks as they stand in its data files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import ToolSchema
from wardian.environments.pack import TaskCard

from .calls import Call, read_python
from .functions import Functions
from .library import Library

__all__ = ["CATEGORIES", "Scenario", "read_scenarios"]

CATEGORIES = ("base", "miss_func", "miss_param", "long_context")


@dataclass(frozen=True, eq=False)
class Scenario:
    """One task: its entry and its ground truth, each a line of JSON.

    They stay text because BFCL's code changes what it is given: whoever needs an entry parses one of their own.
    """

    id: str
    category: str
    line: bytes
    answer: bytes
    functions: Functions

    @property
    def entry(self) -> JsonObject:
        """A fresh copy of the task as BFCL's functions take it."""
        entry: JsonObject = orjson.loads(self.line)
        return entry

    @property
    def initial_config(self) -> dict[str, Any]:
        """A fresh copy of the initial state of each service."""
        config: dict[str, Any] = orjson.loads(self.line)["initial_config"]
        return config

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The names of the simulated services that the task has."""
        return tuple(orjson.loads(self.line)["involved_classes"])

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What the user says at the start of each turn; empty where only new functions appear."""
        turns = orjson.loads(self.line)["question"]
        return tuple("\n\n".join(message["content"] for message in turn) for turn in turns)

    @cached_property
    def withheld(self) -> Mapping[str, int]:
        """Functions that are handed out late, and the turn from which on they are there."""
        missed: dict[str, list[str]] = orjson.loads(self.line).get("missed_function", {})
        return {name: int(turn) for turn, names in missed.items() for name in names}

    @cached_property
    def solution(self) -> tuple[tuple[Call, ...], ...]:
        """The ground truth: the calls of each turn."""
        turns = orjson.loads(self.answer)["ground_truth"]
        return tuple(tuple(read_python(text, self.functions) for text in turn) for turn in turns)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The functions of the task's services, withheld ones included."""
        return tuple(function.schema.name for function in self.functions.of(self.services))

    def tools(self, turn: int) -> list[ToolSchema]:
        """The functions that the agent has in `turn`, those handed out late at the end, as in BFCL."""
        late = [name for name, first in self.withheld.items() if first <= turn]
        early = [name for name in self.names if name not in self.withheld]
        return [self.functions[name].schema for name in early + late]

    @property
    def long_context(self) -> bool:
        """Whether the services are stuffed with irrelevant data."""
        return self.category == "long_context"

    @property
    def card(self) -> TaskCard:
        """The task for planning: the four categories are variants of the same 200 situations."""
        return TaskCard(id=self.id, template=f"situation_{self.id.rsplit('_', 1)[1]}")


def read_scenarios(library: Library, functions: Functions, category: str) -> dict[str, Scenario]:
    """The tasks of `category`, or of "all" of them in turn, so that the first n are of every kind."""
    chosen = CATEGORIES if category == "all" else (category,)
    rounds = zip(*(_read(library, functions, each) for each in chosen), strict=True)
    return {scenario.id: scenario for together in rounds for scenario in together}


def _read(library: Library, functions: Functions, category: str) -> Iterator[Scenario]:
    name = f"BFCL_v4_multi_turn_{category}.json"
    answers = {orjson.loads(line)["id"]: line for line in library.read_lines(f"possible_answer/{name}")}
    for line in library.read_lines(name):
        task = orjson.loads(line)["id"]
        yield Scenario(task, category, line, answers[task], functions)
