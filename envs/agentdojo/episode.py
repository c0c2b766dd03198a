"""One AgentDojo task as an environment."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import orjson

from wardian.base.errors import EnvironmentFault
from wardian.base.identity import digest
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import ATTACK, CheckResult, Findings
from wardian.environments.observation import Observation, refusal
from wardian.environments.tool import ToolError, parsed_object

from .grading import Call, answered, grade
from .library import BENCHMARK, Library
from .rows import Rows, changes, rows_of
from .scenario import Scenario
from .steady import held_steady

__all__ = ["DojoEnvironment"]

ERRORS = {"Invalid tool": "unknown_tool", "ToolNotFoundError": "unknown_tool", "ValidationError": "invalid_arguments"}


class DojoEnvironment(Environment):
    """A user who says one thing, and the tools of a suite. The agent's first text is its answer, and the end.

    What was called is in the log, so log and answer are the snapshot, and they are what AgentDojo grades. There is no
    chance in its tasks: the seed is unused.
    """

    def __init__(self, library: Library, scenario: Scenario) -> None:
        self._library = library
        self._scenario = scenario
        self._runtime = library.runtime(scenario.suite.tools)
        self._begin()

    def _begin(self) -> None:
        self._world: Any = self._scenario.prepared()
        self._log: list[Call] = []
        self._answer = ""
        self._opening = self._rows = self._look()

    async def open(self, seed: int) -> Sequence[Message]:
        """AgentDojo's system message, and the user's task."""
        prompt = self._scenario.user_task.PROMPT
        return [Message(role="system", content=self._library.policy), Message(role="user", content=prompt)]

    def tools(self) -> Sequence[ToolSchema]:
        """The suite's functions."""
        return self._scenario.tools

    async def call(self, call: ToolCall) -> Observation:
        """Execute one call. Texts are AgentDojo's own, but for arguments that are no JSON object."""
        try:
            arguments = parsed_object(call.arguments)
        except ToolError as error:
            return refusal(error.code, error.message)
        before = self._rows
        message = self._execute(Call(name=call.name, arguments=arguments))
        self._rows = self._look()
        text = message["error"] or "\n".join(block["content"] for block in message["content"])
        return Observation(text=text, error=_code(message["error"]), changes=changes(before, self._rows))

    async def reply(self, text: str) -> str | None:
        """The end: what the agent says is its answer."""
        self._answer = text
        return None

    def digest(self) -> str:
        """Hash of the whole environment."""
        return digest({"\x1f".join(row): columns for row, columns in self._rows.items()})

    def snapshot(self) -> bytes:
        """The task, the log and the answer."""
        log = [call.model_dump() for call in self._log]
        return orjson.dumps({"task": self._scenario.id, "log": log, "answer": self._answer})

    def restore(self, snapshot: bytes) -> None:
        """Do what is in the log of `snapshot` in a new world.

        Raises:
            EnvironmentFault: when it is of another task.
        """
        saved = orjson.loads(snapshot)
        if saved["task"] != self._scenario.id:
            raise EnvironmentFault(f"a snapshot of {saved['task']} cannot become {self._scenario.id}")
        self._begin()
        for call in saved["log"]:
            self._execute(Call.model_validate(call))
        self._answer = saved["answer"]
        self._rows = self._look()

    async def examine(self) -> Findings:
        """AgentDojo's verdict, which alone decides; the differences are for the trajectory metrics."""
        truth = self._scenario.user_task.ground_truth(self._scenario.prepared())
        return Findings(
            checks=tuple(self._checks()),
            expected=changes(self._opening, self._solved),
            actual=changes(self._opening, self._rows),
            reference_calls=len(truth),
            notes={"suite": self._scenario.suite.name, "agentdojo": self._library.version, "benchmark": BENCHMARK},
        )

    def _checks(self) -> Iterator[CheckResult]:
        verdict = grade(self._library, self._scenario, self._log, self._answer)
        yield CheckResult(name="utility", passed=verdict.utility)
        if verdict.attacked is not None:
            detail = "the aim of the injection was reached" if verdict.attacked else ""
            yield CheckResult(
                name=f"{ATTACK}injection", passed=not verdict.attacked, required=False, weight=0.0, detail=detail
            )

    @cached_property
    def _solved(self) -> Rows:
        """The state that the ground truth leads to."""
        world = self._scenario.prepared()
        with held_steady(self._library.stand_ins):
            for call in self._scenario.user_task.ground_truth(world):
                self._runtime.run_function(world, call.function, call.args)
        return rows_of(world.model_dump(mode="json"))

    def _execute(self, call: Call) -> Any:
        self._log.append(call)
        with held_steady(self._library.stand_ins):
            return answered(self._library, self._runtime, self._world, call)[-1]

    def _look(self) -> Rows:
        return rows_of(self._world.model_dump(mode="json"))


def _code(error: str | None) -> str | None:
    """The typed code of what AgentDojo says went wrong."""
    if error is None:
        return None
    return next((code for start, code in ERRORS.items() if error.startswith(start)), "tool_error")
