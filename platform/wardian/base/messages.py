"""What models say and are told, in the shape that OpenAI's chat completions made common.

API reference: the "Create chat completion" page of OpenAI's API reference.
"""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import orjson
from pydantic import InstanceOf

from wardian.base.deadline import Stopwatch
from wardian.base.frozen import Frozen, JsonObject
from wardian.base.identity import digest

__all__ = [
    "Message",
    "Origin",
    "Request",
    "ResponseSchema",
    "Role",
    "Sampling",
    "Thoughts",
    "ToolCall",
    "ToolSchema",
]

Role = Literal["system", "user", "assistant", "tool"]


class ToolCall(Frozen):
    """One tool call as the model wrote it.

    `arguments` stays the raw JSON text: the record shows what was said, prefixes stay byte-stable
    for prompt caches, and only the environment that executes the call decides whether it parses.
    """

    id: str
    name: str
    arguments: str = "{}"

    @classmethod
    def numbered(cls, number: int, name: str, arguments: Mapping[str, Any]) -> "ToolCall":
        """One that no model wrote; `number` tells it from the others of its conversation."""
        return cls(id=f"call_{number}", name=name, arguments=orjson.dumps(arguments).decode())

    @property
    def sendable(self) -> str:
        """The arguments as every provider takes them back in a history.

        A model's reply that was cut off leaves half an object. llama.cpp (500), vLLM and Anthropic (400) then
        refuse the whole conversation, again on every retry, so what is no JSON object goes inside one.
        """
        try:
            if isinstance(orjson.loads(self.arguments), dict):
                return self.arguments
        except orjson.JSONDecodeError:
            pass
        return orjson.dumps({"malformed": self.arguments}).decode()


class Thoughts(Frozen):
    """A model's reasoning in the form in which its provider wants to see it again.

    Args:
        source: who wrote it (`Endpoint.source`). Much of it is signed or encrypted: others refuse it.
        body: JSON text in the words of the source's dialect, sent back as it is.
    """

    source: str
    body: str


class Message(Frozen):
    """One message of a conversation; `tool_calls` only from the assistant, `tool_call_id` only from a tool.

    `reasoning` is for people, `thoughts` for the provider that it came from.
    """

    role: Role
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: str | None = None
    thoughts: Thoughts | None = None

    @cached_property
    def wire(self) -> bytes:
        """The message without its thoughts as chat-completions JSON, encoded once however often it is sent."""
        body: dict[str, object] = {"role": self.role, "content": self.content}
        if self.tool_calls:
            body["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.sendable}}
                for call in self.tool_calls
            ]
        if self.tool_call_id is not None:
            body["tool_call_id"] = self.tool_call_id
        return orjson.dumps(body)


class ToolSchema(Frozen):
    """A tool as the agent sees it: `parameters` is a JSON Schema object (draft 2020-12)."""

    name: str
    description: str
    parameters: JsonObject
    effect: Literal["read", "write"] = "read"

    @property
    def headline(self) -> str:
        """The first line of its description; "" when it has none."""
        return self.description.strip().partition("\n")[0].rstrip()

    @cached_property
    def wire(self) -> bytes:
        """The tool as chat-completions JSON, encoded once."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return orjson.dumps({"type": "function", "function": function})


class Sampling(Frozen):
    """How the model draws its answer; None leaves the provider's default."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, weakref_slot=True)  # one for every call, and never stored
class Origin:
    """Who asks: for records, priorities, the reply cache and the simulator. Never sent to a real provider.

    `task` is empty for whoever asks outside of any, as a gateway's callers do: the simulator does not hear of them.

    `sample` names the draw of an answer: the same question in another repeat, or from another agent, is another
    draw. Other than `episode` it stays the same when a file of the pack changes. By default it is the episode.

    Where calls wait for a rate limit, those go first whose episode began first: `began_at` is that moment on this
    process's monotonic clock. What is `urgent` goes before all others: a verdict for which a whole episode waits.
    While a call waits there, it holds the `stopwatch` of the episode. `lapsed` is set when a panel goes on without it.
    """

    episode: str
    task: str
    path: str
    sample: str = ""
    began_at: float | None = None
    urgent: bool = False
    stopwatch: InstanceOf[Stopwatch] | None = None
    lapsed: InstanceOf[asyncio.Event] | None = None

    def child(self, name: str) -> "Origin":
        """One of several who are asked in its place: each has a path of its own, such as `t3/agent/1`."""
        return replace(self, path=f"{self.path}/{name}")

    @property
    def since(self) -> float | None:
        """Its place in a line: the smallest goes first; None for whoever comes last."""
        return -math.inf if self.urgent else self.began_at


class ResponseSchema(Frozen):
    """The shape that an answer must have: `json_schema` in the subset that every provider takes.

    See `wardian.models.structured`, which makes it from a type.
    """

    name: str
    json_schema: JsonObject

    @property
    def any_object(self) -> bool:
        """Whether every JSON object fits; providers have a mode for that, and refuse it as a schema."""
        return self.json_schema == {"type": "object"}


class Request(Frozen):
    """One question to a model; `model` is the name in the job's pool.

    With `must_call`, the answer shall be a call of one of `tools`; models whose tools are described in the prompt are
    not held to it.
    """

    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSchema, ...] = ()
    must_call: bool = False
    sampling: Sampling = Sampling()
    response_schema: ResponseSchema | None = None
    origin: Origin | None = None

    @cached_property
    def digest(self) -> str:
        """Content hash of what decides the answer: everything but `origin`."""
        return digest(self.model_dump(mode="json", exclude={"origin"}))
