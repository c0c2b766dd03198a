"""The smallest world that still has a state: what it costs is the platform's own cost."""

import asyncio
from collections.abc import Sequence

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

STEP = ToolSchema(name="step", description="One step.", parameters={"type": "object", "properties": {}}, effect="write")


class Turns(Environment):
    """Solved after `calls` steps; one that `hangs` never answers the first."""

    def __init__(self, calls: int, *, hangs: bool = False) -> None:
        self._calls = calls
        self._hangs = hangs
        self._done = 0

    async def open(self, seed: int) -> Sequence[Message]:
        """One sentence."""
        return [Message(role="user", content=f"Take {self._calls} steps.")]

    def tools(self) -> Sequence[ToolSchema]:
        """One tool."""
        return (STEP,)

    async def call(self, call: ToolCall) -> Observation:
        """Count."""
        if self._hangs:
            await asyncio.Event().wait()
        self._done += 1
        return Observation(text=str(self._done))

    async def reply(self, text: str) -> str | None:
        """The user is content with anything."""
        return None

    def digest(self) -> str:
        """The count."""
        return str(self._done)

    def snapshot(self) -> bytes:
        """The count."""
        return str(self._done).encode()

    def restore(self, snapshot: bytes) -> None:
        """The count."""
        self._done = int(snapshot)

    async def examine(self) -> Findings:
        """Whether it was counted to the end."""
        done = CheckResult(name="steps", passed=self._done == self._calls)
        return Findings(checks=(done,), reference_calls=self._calls)


class TurnsPack(Pack):
    """Tasks that are all alike."""

    name = "turns"
    version = "1"

    def __init__(self, tasks: int, calls: int, hangs: int, digest: str) -> None:
        self.digest = digest
        self._calls = calls
        self._hanging = {f"t{number}" for number in range(0, tasks, hangs)} if hangs else set()
        self._cards = [TaskCard(id=f"t{number}", template="steps") for number in range(tasks)]

    def tasks(self) -> Sequence[TaskCard]:
        """All tasks."""
        return self._cards

    def environment(self, task: str) -> Environment:
        """A fresh count."""
        return Turns(self._calls, hangs=task in self._hanging)

    def reference(self, task: str) -> Sequence[Message]:
        """Step by step."""
        calls = [ToolCall(id=f"call_{number}", name="step") for number in range(self._calls)]
        steps = [Message(role="assistant", tool_calls=(call,)) for call in calls]
        return [*steps, Message(role="assistant", content="Done.")]


def open_pack(context: PackContext) -> Pack:
    """The pack with its knobs."""
    tasks, calls, hangs = (int(context.knobs[name]) for name in ("tasks", "calls", "hangs"))
    return TurnsPack(tasks, calls, hangs, context.digest)
