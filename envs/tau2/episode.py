"""One tau2 task as an environment."""

from collections.abc import Sequence
from typing import Any, Final

import orjson

from wardian.base.errors import EnvironmentFault
from wardian.base.identity import digest
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation, refusal
from wardian.environments.tool import ToolError, parsed_object

from .grading import graded
from .library import Library
from .scenario import Scenario

__all__ = ["Tau2Environment"]

YES: Final = "Yes, please go ahead. All that I know stands in my first message."


class Tau2Environment(Environment):
    """tau2's world, and a user without a model.

    The user hands in the whole brief at once, says yes to questions, and leaves at the first text that asks none (or
    when patience is out). All that the agent said and called is in the log: that is the snapshot, and what tau2
    grades. There is no chance in it: the seed is unused.
    """

    def __init__(self, library: Library, scenario: Scenario, patience: int) -> None:
        self._library = library
        self._scenario = scenario
        self._patience = patience
        self._begin()

    def _begin(self) -> None:
        self._world: Any = self._scenario.world()
        self._log: list[Any] = []
        self._said: list[str | dict[str, Any]] = []
        self._questions = 0
        self._ended = False
        self._hash = self._look()

    async def open(self, seed: int) -> Sequence[Message]:
        """The domain's policy, and the brief or the ticket."""
        policy = Message(role="system", content=self._world.get_policy())
        return [policy, Message(role="user", content=self._scenario.opening)]

    def tools(self) -> Sequence[ToolSchema]:
        """The domain's tools."""
        return tuple(self._scenario.domain.tools.values())

    async def call(self, call: ToolCall) -> Observation:
        """Execute one call. Texts are tau2's own, but for calls that never reach it."""
        tool = self._scenario.domain.tools.get(call.name)
        if tool is None:
            return refusal("unknown_tool", f"there is no tool '{call.name}'")
        try:
            arguments = parsed_object(call.arguments)
        except ToolError as error:
            return refusal(error.code, error.message)
        answer = self._execute(call.name, arguments)
        if tool.effect == "write":  # tau2's hash of a large database takes a tenth of a second
            self._hash = self._look()
        return Observation(text=answer.content or "", error="tool_error" if answer.error else None)

    async def reply(self, text: str) -> str | None:
        """Yes to a question, as long as there is patience; anything else is the end."""
        self._speak(text)
        return None if self._ended else YES

    def digest(self) -> str:
        """Hash of tau2's own hashes of its databases."""
        return self._hash

    def snapshot(self) -> bytes:
        """The task and what was said and called."""
        return orjson.dumps({"task": self._scenario.id, "log": self._said})

    def restore(self, snapshot: bytes) -> None:
        """Say and call what is in the log of `snapshot` in a new world.

        Raises:
            EnvironmentFault: when it is of another task.
        """
        saved = orjson.loads(snapshot)
        if saved["task"] != self._scenario.id:
            raise EnvironmentFault(f"a snapshot of {saved['task']} cannot become {self._scenario.id}")
        self._begin()
        for entry in saved["log"]:
            if isinstance(entry, str):
                self._speak(entry)
            else:
                self._execute(entry["name"], entry["arguments"])
        self._hash = self._look()

    async def examine(self) -> Findings:
        """The verdict of tau2's evaluators."""
        checks = graded(self._library, self._scenario, self._log, ended=self._ended)
        return Findings(
            checks=tuple(checks),
            reference_calls=len(self._scenario.actions),
            notes={"domain": self._scenario.domain.name, "tau2": self._library.version},
        )

    def _execute(self, name: str, arguments: dict[str, Any]) -> Any:
        self._said.append({"name": name, "arguments": arguments})
        made = self._library.call(id=f"call_{len(self._said)}", name=name, arguments=arguments, requestor="assistant")
        answer = self._world.get_response(made)
        self._log += [self._library.assistant(role="assistant", tool_calls=[made]), answer]
        return answer

    def _speak(self, text: str) -> None:
        self._said.append(text)
        if text:
            self._log.append(self._library.assistant(role="assistant", content=text))
        asks = "?" in text and not self._scenario.domain.solo
        self._questions += asks
        self._ended = not asks or self._questions > self._patience

    def _look(self) -> str:
        return digest([self._world.get_db_hash(), self._world.get_user_db_hash()])
