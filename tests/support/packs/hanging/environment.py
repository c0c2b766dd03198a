"""An environment whose tool works three times; in some tasks the second time never ends."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

TIMES = 3
WORK = ToolSchema(name="work", description="Do a part of the work.", parameters={"type": "object"}, effect="write")
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


async def hang(how: str) -> None:
    """What many a tool does once in a thousand times."""
    if how == "awaits":
        await asyncio.Event().wait()
    while how == "busy":
        pass
    if how == "sleeps":
        time.sleep(1e6)  # noqa: ASYNC251  (this is what it is about)
    if how == "query":
        sqlite3.connect(":memory:").execute(ENDLESS).fetchall()
    await asyncio.sleep(0.05)


class Hanging(Environment):
    """The user wants the work done, which takes three calls of `work`."""

    def __init__(self, how: str) -> None:
        self._how = how
        self._done = 0

    async def open(self, seed: int) -> Sequence[Message]:
        return [Message(role="user", content="Work, please.")]

    def tools(self) -> Sequence[ToolSchema]:
        return [WORK]

    async def call(self, call: ToolCall) -> Observation:
        await hang(self._how if self._done == 1 else "well")
        self._done += 1
        return Observation(text=str(self._done))

    async def reply(self, text: str) -> str | None:
        return None

    def digest(self) -> str:
        return str(self._done)

    def snapshot(self) -> bytes:
        return str(self._done).encode()

    def restore(self, snapshot: bytes) -> None:
        self._done = int(snapshot)

    async def examine(self) -> Findings:
        return Findings(checks=(CheckResult(name="goal", passed=self._done == TIMES),), reference_calls=TIMES)


class HangingPack(Pack):
    """Tasks named after how they hang: "awaits-1", "busy-1", "sleeps-1", perhaps "query-1", and "well-1" … "well-N"."""

    name = "hanging"
    version = "1"

    def __init__(self, digest: str, well: int, *, query: bool) -> None:
        self.digest = digest
        ways = ["query-1"] if query else ["awaits-1", "busy-1", "sleeps-1"]
        self._cards = [TaskCard(id=name, template="work") for name in (*ways, *(f"well-{n + 1}" for n in range(well)))]

    def tasks(self) -> Sequence[TaskCard]:
        return self._cards

    def environment(self, task: str) -> Environment:
        return Hanging(task.partition("-")[0])

    def reference(self, task: str) -> Sequence[Message]:
        works = [ToolCall(id=f"work-{number}", name="work") for number in range(TIMES)]
        asked = [Message(role="assistant", tool_calls=(work,)) for work in works]
        return [*asked, Message(role="assistant", content="Done.")]


def open_pack(context: PackContext) -> Pack:
    return HangingPack(context.digest, int(context.knobs["well"]), query=bool(context.knobs["query"]))
