"""One question as an environment: a user who asks once, and takes the first text for the answer."""

from collections.abc import Sequence

import orjson

from wardian.base.errors import EnvironmentFault
from wardian.base.identity import digest
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation, refusal
from wardian.specs.fusion.agree import AgreeSpec
from wardian.specs.questions import Question

from .grading import is_gold

__all__ = ["PromptEnvironment"]

SHOWN = 200


class PromptEnvironment(Environment):
    """Nothing but the question and the answer to it; the seed is unused.

    Args:
        question: what is asked.
        agree: when an answer is the gold one, where the question does not say.
    """

    def __init__(self, question: Question, agree: AgreeSpec) -> None:
        self._question = question
        self._agree = question.agree or agree
        self._answer: str | None = None

    async def open(self, seed: int) -> Sequence[Message]:
        """The question, and what the file says before it."""
        system = [Message(role="system", content=self._question.system)] if self._question.system else []
        return [*system, Message(role="user", content=self._question.prompt)]

    def tools(self) -> Sequence[ToolSchema]:
        """None."""
        return ()

    async def call(self, call: ToolCall) -> Observation:
        """There is nothing to be called."""
        return refusal("unknown_tool", f"there is no tool '{call.name}'")

    async def reply(self, text: str) -> str | None:
        """The end: what the agent says first is its answer."""
        self._answer = text
        return None

    def digest(self) -> str:
        """Of the answer."""
        return digest(self._answer)

    def snapshot(self) -> bytes:
        """Question and answer."""
        return orjson.dumps({"prompt": self._question.prompt, "answer": self._answer})

    def restore(self, snapshot: bytes) -> None:
        """Take the answer of `snapshot`.

        Raises:
            EnvironmentFault: when it is one to another question.
        """
        state = orjson.loads(snapshot)
        if state["prompt"] != self._question.prompt:
            raise EnvironmentFault("a snapshot of another question cannot become this one")
        self._answer = state["answer"]

    async def examine(self) -> Findings:
        """Whether the answer is the gold one; without a gold one, whether there is any."""
        return Findings(checks=(self._check(self._answer or ""),), notes=self._question.metadata)

    def _check(self, answer: str) -> CheckResult:
        if not self._question.gold:
            return CheckResult(name="answered", passed=bool(answer.strip()))
        passed = is_gold(answer, self._question, self._agree)
        return CheckResult(name="answer", passed=passed, detail="" if passed else answer[:SHOWN])
