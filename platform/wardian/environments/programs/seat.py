"""The agent as a task program sees it."""

import re
from collections.abc import Awaitable, Generator, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from wardian.base.errors import EnvironmentFault
from wardian.base.frozen import JsonObject, JsonValue
from wardian.environments.programs.stage import Stage

__all__ = ["Act", "Agent", "Done", "Reply"]

HEARTBEAT: Final = (
    "[heartbeat] It is {now:%Y-%m-%d %H:%M}. See whether anything has changed, and do what you were asked."
)
NOW: Final = re.compile(r"\{now(?::([^{}]*))?\}")
"""Nothing else in braces means anything: an agent's own words may stand in the text."""
WEBHOOK: Final = "[webhook] {body}"


@dataclass(frozen=True, slots=True)
class Done:
    """A tool call of the agent: what it asked for, what it got, and the code of the error if it was one."""

    tool: str
    arguments: str
    text: str
    error: str | None = None

    @property
    def given(self) -> JsonObject:
        """The arguments by name; none when they are no JSON object."""
        try:
            given = orjson.loads(self.arguments)
        except orjson.JSONDecodeError:
            return {}
        return given if isinstance(given, dict) else {}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the agent answered: its text, and the tool calls that it made before that."""

    text: str
    calls: tuple[Done, ...] = ()

    def called(self, tool: str) -> tuple[Done, ...]:
        """Its calls of `tool` that succeeded."""
        return tuple(call for call in self.calls if call.tool == tool and call.error is None)


class Act(Awaitable[Reply]):
    """A message to the agent; awaited, it becomes the agent's answer."""

    def __init__(self, text: str, agent: "Agent") -> None:
        self.text = text
        self._agent = agent

    def __await__(self) -> Generator["Act", Reply, Reply]:
        self._agent.unsaid = None
        return (yield self)


class Agent:
    """The agent of a task program: say something to it with `await agent.act("…")`.

    `unsaid` is what was said and not awaited yet.
    """

    def __init__(self, stage: Stage) -> None:
        self.unsaid: Act | None = None
        self._stage = stage

    def act(self, text: str) -> Act:
        """Say `text` as the user."""
        if self.unsaid is not None:
            raise EnvironmentFault("what was said to the agent before was not awaited")
        if not text.strip():
            raise EnvironmentFault("nothing is said to the agent")
        self.unsaid = Act(text, self)
        return self.unsaid

    def wake(self, *, minutes: float, text: str = HEARTBEAT) -> Act:
        """Let virtual time pass, and wake the agent: what has changed it must find out with its tools.

        `text` may say the time as `{now}`, or as `{now:%H:%M}` in a form of `strftime`.
        """
        now = self._stage.wait(minutes=minutes)
        return self.act(NOW.sub(lambda found: format(now, found[1] or ""), text))

    def deliver(self, event: str, payload: Mapping[str, JsonValue]) -> Act:
        """Tell the agent of an event outside, as the JSON that a webhook brings."""
        body = {"event": event, "time": self._stage.now.isoformat(), **payload}
        return self.act(WEBHOOK.format(body=orjson.dumps(body).decode()))
