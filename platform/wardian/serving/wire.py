"""What is sent to a served environment, and what it answers: the types of its HTTP interface."""

from typing import Annotated, Any

import orjson
from pydantic import Field

from wardian.base.frozen import Frozen, JsonObject
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.pack import TaskCard
from wardian.episodes.driven import Step
from wardian.episodes.record import Stop

__all__ = ["Act", "Fork", "Heard", "Nothing", "Open", "Opened", "Restore", "Served", "Snapshot", "State"]


class Nothing(Frozen):
    """A request without a body, or with {}."""


class Served(Frozen):
    """What is served."""

    pack: str
    version: str
    digest: str
    tasks: tuple[TaskCard, ...]


class Open(Frozen):
    """A new session: of which task (by default the first), with which seed, by whom, under which name."""

    task: str | None = None
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 0
    agent: Annotated[str, Field(max_length=200)] = "outside"
    session: str | None = None


class Call(Frozen):
    """A tool call: arguments as an object, or as the text that a model wrote."""

    name: str
    arguments: JsonObject | str = {}
    id: str | None = None


class Act(Frozen):
    """The agent's next message: a text for the user, or tool calls."""

    text: str = ""
    calls: tuple[Call, ...] = ()

    def message(self, number: int) -> Message:
        """As a message of the assistant; `number` tells its calls from others."""
        calls = tuple(_tool_call(call, f"call_{number}_{place}") for place, call in enumerate(self.calls))
        return Message(role="assistant", content=self.text, tool_calls=calls)


class Restore(Frozen):
    """Go back to a snapshot."""

    snapshot: str


class Fork(Frozen):
    """Go on in another session, from a snapshot or from now."""

    snapshot: str | None = None


class Snapshot(Frozen):
    """The name of a snapshot, which the server keeps as long as its session."""

    snapshot: str


class State(Frozen):
    """Where a session stands: the whole conversation, and the tools that there are now."""

    session: str
    task: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSchema, ...]
    ended: bool = False


class Opened(State):
    """A session that has begun; `mcp` is where its tools are served over MCP, if they are."""

    mcp: str | None = None


class Heard(Frozen):
    """What came of a message; `stop` says why the episode has ended, and `checks` what was reached.

    `terminated` and `truncated` are Gymnasium's: ended by itself, or at a limit.
    """

    messages: tuple[Message, ...]
    reward: float
    terminated: bool
    truncated: bool
    stop: Stop | None = None
    checks: dict[str, bool] | None = None

    @classmethod
    def of(cls, step: Step) -> "Heard":
        """What there is to say of `step`."""
        return cls(
            messages=step.messages,
            reward=step.reward,
            terminated=step.terminated,
            truncated=step.truncated,
            stop=step.stop,
            checks=None if step.findings is None else step.checks,
        )


def _tool_call(call: Call, name: str) -> ToolCall:
    arguments: Any = call.arguments
    text = arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()
    return ToolCall(id=call.id or name, name=call.name, arguments=text)
