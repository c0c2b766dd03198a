"""A tiny environment and pack for tests of the floors above: count to a number that the task names.

As a folder on disk, so that workers in other processes find it too.
"""

from collections.abc import Sequence

import orjson

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

ADD = ToolSchema(
    name="add",
    description="Add to the counter.",
    parameters={"type": "object", "properties": {"by": {"type": "integer"}}, "required": ["by"]},
    effect="write",
)


class Counter(Environment):
    """The user wants the counter at `goal`; the tool `add` moves it, `add` by 13 breaks the environment."""

    def __init__(self, goal: int) -> None:
        self.goal = goal
        self.value = 0
        self.closed = False

    async def open(self, seed: int) -> Sequence[Message]:
        return [Message(role="user", content=f"Count to {self.goal}, please.")]

    def tools(self) -> Sequence[ToolSchema]:
        return [ADD]

    async def call(self, call: ToolCall) -> Observation:
        by = orjson.loads(call.arguments)["by"]
        if by == 13:
            raise RuntimeError("the counter jammed")
        if by < 0:
            return Observation(text='{"error": {"code": "not_allowed", "message": "only up"}}', error="not_allowed")
        self.value += by
        return Observation(text=str(self.value))

    async def reply(self, text: str) -> str | None:
        return "Go on." if text == "more?" else None

    def digest(self) -> str:
        return str(self.value)

    def snapshot(self) -> bytes:
        return str(self.value).encode()

    def restore(self, snapshot: bytes) -> None:
        self.value = int(snapshot)

    async def examine(self) -> Findings:
        return Findings(checks=(CheckResult(name="goal", passed=self.value == self.goal),), reference_calls=self.goal)

    def close(self) -> None:
        self.closed = True


class CounterPack(Pack):
    """Tasks "count-1" … "count-N"."""

    name = "counter"
    version = "1"

    def __init__(self, tasks: int = 3, digest: str = "d1", *, jam: bool = False) -> None:
        self.digest = digest
        self._by = 13 if jam else 1
        self._cards = [TaskCard(id=f"count-{n}", template="count") for n in range(1, tasks + 1)]

    def tasks(self) -> Sequence[TaskCard]:
        return self._cards

    def environment(self, task: str) -> Environment:
        return Counter(int(task.removeprefix("count-")))

    def reference(self, task: str) -> Sequence[Message]:
        goal = int(task.removeprefix("count-"))
        calls = [add(self._by, f"call_{n}") for n in range(goal)]
        return [*calls, Message(role="assistant", content="Done.")]


def add(by: int, call_id: str = "call_1") -> Message:
    """The assistant's message that adds `by`."""
    call = ToolCall(id=call_id, name="add", arguments=f'{{"by": {by}}}')
    return Message(role="assistant", tool_calls=(call,))


def open_pack(context: PackContext) -> Pack:
    """The entry point of the pack."""
    return CounterPack(int(context.knobs["tasks"]), context.digest, jam=bool(context.knobs["jam"]))
