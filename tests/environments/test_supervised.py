"""An environment under supervision does what it did before; what hangs is its own fault."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from support.packs.counter.environment import Counter, add
from support.specs import episode_spec

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.hang import Allowed, Hung, Who
from wardian.base.messages import Message, ToolCall
from wardian.base.watchdog import Patience, Watchdog
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.environments.supervised import SupervisedEnvironment
from wardian.episodes.record import Episode
from wardian.episodes.runner import run_episode
from wardian.specs.job import Limits

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]

DONE = Message(role="assistant", content="Done.")


def supervised(
    make: Callable[[], Environment], watchdog: Watchdog | None = None, tool_s: float = 60.0
) -> SupervisedEnvironment:
    call, examination = Allowed("limits.tool_s", tool_s), Allowed("limits.examine_s", 0.1)
    return SupervisedEnvironment(make, watchdog or Watchdog(), Who("e1", "counter/count-3"), call, examination)


async def played(make: Callable[[], Environment], *messages: Message, limits: Limits | None = None) -> Episode:
    agent = ScriptAgent(messages or (add(1), add(2), DONE), "script")
    return await run_episode(episode_spec(), make, agent, limits or Limits(), SystemClock())


class Forever(Counter):
    """Awaits something that never comes."""

    def __init__(self, where: str) -> None:
        super().__init__(3)
        self._where = where

    async def open(self, seed: int) -> list[Message]:
        await self._hang("open")
        return [*await super().open(seed)]

    async def call(self, call: ToolCall) -> Observation:
        await self._hang("add")
        return await super().call(call)

    async def reply(self, text: str) -> str | None:
        await self._hang("reply")
        return await super().reply(text)

    async def _hang(self, here: str) -> None:
        if here == self._where:
            await asyncio.Event().wait()


def test_nothing_changes_for_one_that_is_well(run_virtual: RunVirtual) -> None:
    async def main() -> tuple[Episode, Episode]:
        return await played(lambda: Counter(3)), await played(lambda: supervised(lambda: Counter(3)))

    plain, watched = run_virtual(main())
    times = {"started_at"}
    assert watched.model_dump(exclude=times) == plain.model_dump(exclude=times)
    assert watched.findings.success


def test_snapshots_and_closing_go_through(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        world = Counter(3)
        around = supervised(lambda: world)
        await around.call(add(2).tool_calls[0])
        other = supervised(lambda: Counter(3))
        other.restore(around.snapshot())
        assert other.digest() == around.digest() == "2"
        assert [tool.name for tool in around.tools()] == ["add"]
        around.close()
        assert world.closed

    run_virtual(main())


@pytest.mark.parametrize("where", ["open", "add", "reply"])
def test_an_environment_that_awaits_forever_is_to_blame(run_virtual: RunVirtual, where: str) -> None:
    episode = run_virtual(played(lambda: supervised(lambda: Forever(where))))
    assert episode.missing
    assert episode.stop == "failed"
    assert (episode.failure.cause, episode.failure.kind) == ("environment", "tool_timeout")
    assert episode.failure.message == f"'{where}' of counter/count-3 went on for more than 60 s (limits.tool_s)"
    assert episode.wall_s == pytest.approx(60.0)


def test_without_a_limit_the_episodes_own_ends_it(run_virtual: RunVirtual) -> None:
    episode = run_virtual(played(lambda: supervised(lambda: Forever("add"), tool_s=math.inf)))
    assert episode.stop == "time_limit"
    assert episode.wall_s == pytest.approx(600.0)


class Blocking(Counter):
    """Holds up everybody, in one of its methods."""

    def __init__(self, where: str) -> None:
        super().__init__(3)
        self._where = where
        self._hang("environment")

    async def open(self, seed: int) -> list[Message]:
        self._hang("open")
        return [*await super().open(seed)]

    async def call(self, call: ToolCall) -> Observation:
        await asyncio.sleep(0)
        self._hang("add")
        return await super().call(call)

    async def reply(self, text: str) -> str | None:
        self._hang("reply")
        return await super().reply(text)

    def digest(self) -> str:
        self._hang("digest")
        return super().digest()

    async def examine(self) -> Findings:
        self._hang("examine")
        return await super().examine()

    def _hang(self, here: str) -> None:
        while here == self._where:
            pass


@pytest.mark.parametrize("where", ["environment", "open", "add", "reply", "digest", "examine"])
async def test_an_environment_that_blocks_is_to_blame(where: str) -> None:
    """It is interrupted wherever it does so; then nobody touches it again."""
    worlds = list[Blocking]()
    watchdog = Watchdog(patience=Patience(look_s=0.02))

    def make() -> Environment:
        worlds.append(Blocking(where))
        return worlds[-1]

    with watchdog.watching():
        episode = await played(lambda: supervised(make, watchdog, tool_s=0.1))
    assert episode.missing
    assert episode.failure is not None
    assert (episode.failure.cause, episode.failure.kind) == ("environment", "tool_hung")
    limit = "limits.examine_s" if where == "examine" else "limits.tool_s"
    said = f"'{where}' of counter/count-3 blocked its process for more than 0.1 s ({limit}), at {__file__}:"
    assert episode.failure.message.startswith(said)
    assert not any(world.closed for world in worlds)


def test_a_tools_own_errors_are_not_touched(run_virtual: RunVirtual) -> None:
    episode = run_virtual(played(lambda: supervised(lambda: Counter(3)), add(13)))
    assert (episode.failure.cause, episode.failure.kind) == ("environment", "RuntimeError")


async def test_hung_is_what_a_call_raises() -> None:
    async def awaited(work: Awaitable[object]) -> None:
        await work

    around = supervised(lambda: Forever("add"), tool_s=0.01)
    with pytest.raises(Hung, match=r"limits\.tool_s"):
        await awaited(around.call(add(1).tool_calls[0]))
