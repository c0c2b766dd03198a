"""Playing tasks of the bfcl pack in tests."""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from support.scripts import tool_call
from support.shipped import shipped

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack
from wardian.episodes.record import AgentRef, EnvironmentRef, Episode, EpisodeSpec, TaskRef
from wardian.episodes.runner import run_episode
from wardian.specs.job import Limits

# What the walk of random calls does not call: a directory copied into itself makes BFCL's own functions
# recurse until Python stops them, at a depth that depends on who called.
RECURSIVE = {"cp", "mv"}
NASTY = ["ls(a", "it's \"q\" cd('x')", "é\n(\\", "..", "a/b", "\\(", "{'x': (1)}", "\x00(", "%s{0}"]


@cache
def bfcl(category: str = "all") -> Pack:
    return shipped("bfcl", category=category)


async def episode(pack: Pack, task: str, script: Sequence[Message], limits: Limits | None = None) -> Episode:
    spec = EpisodeSpec(
        environment=EnvironmentRef(name="bfcl", pack="bfcl", version=pack.version, digest=pack.digest),
        task=TaskRef(id=task, template="any"),
        agent=AgentRef(name="script", digest="a1"),
        seed=0,
    )
    agent = ScriptAgent(script, "script")
    return await run_episode(spec, lambda: pack.environment(task), agent, limits or Limits(turns=160), SystemClock())


async def opened(task: str) -> Environment:
    """A task, after the user's first words."""
    environment = bfcl().environment(task)
    await environment.open(0)
    return environment


def random_calls(tools: Sequence[ToolSchema], words: Sequence[str], seed: str, count: int) -> Iterator[ToolCall]:
    """Calls with arguments that are mostly plausible and sometimes nasty."""
    stream = random.Random(seed)
    usable = [tool for tool in tools if tool.name not in RECURSIVE]
    for _ in range(count):
        tool = stream.choice(usable)
        yield tool_call(tool.name, **_arguments(tool.parameters, words, stream))


def words(state: object) -> list[str]:
    """All names and texts that occur in a task's initial state."""
    if isinstance(state, dict):
        return [word for key, value in state.items() for word in (str(key), *words(value))]
    if isinstance(state, list):
        return [word for value in state for word in words(value)]
    return [state] if isinstance(state, str) else []


def _arguments(schema: Any, known: Sequence[str], stream: random.Random) -> JsonObject:
    return {
        name: _value(value, known, stream)
        for name, value in schema["properties"].items()
        if name in schema["required"] or stream.random() < 0.5
    }


def _value(schema: Any, known: Sequence[str], stream: random.Random) -> Any:
    if stream.random() < 0.03:
        return stream.choice([None, [], {}, {"a(": ["cd("]}, -1, True, "x"])
    match schema["type"]:
        case "string":
            return stream.choice(known if known and stream.random() < 0.8 else NASTY)
        case "integer":
            return stream.choice([0, 1, 2, 5, 100, 345, -3])
        case "number":
            return stream.choice([0, 1.5, 2, 100.25, -7.5])
        case "boolean":
            return stream.random() < 0.5
        case "array":
            return [_value(schema["items"], known, stream) for _ in range(stream.randrange(3))]
    return {}
