"""Anthropic's Messages API.

Reference: "Create a Message" in Anthropic's API reference; `cache_control` at the top is its automatic prompt caching,
which puts no marks into messages, so that their bytes stay the same from turn to turn.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import orjson

from wardian.base.messages import Message, Request, Sampling, ToolCall, ToolSchema
from wardian.models.dialects.anthropic_reply import chat_completion
from wardian.models.dialects.anthropic_stream import AnthropicGatherer
from wardian.models.dialects.dialect import COMMON_HEADERS
from wardian.models.reply import Reply, reply_in, root_of
from wardian.models.streaming import Gatherer

__all__ = ["AnthropicDialect"]

VERSION: Final = "2023-06-01"
LONGEST_ANSWER: Final = 4096
"""The API demands a limit; this one holds when the agent's sampling names none."""
NOT_IN_AN_ID: Final = re.compile(r"[^A-Za-z0-9_-]")

Block = dict[str, object]


@dataclass(frozen=True, slots=True)
class AnthropicDialect:
    """Messages with content blocks: the system prompt stands apart, results of tools are the user's.

    Args:
        stream: whether to ask for the answer piece by piece.
    """

    stream: bool = False

    @property
    def path(self) -> str:
        """What follows the base URL."""
        return "/messages"

    def headers(self, key: str | None) -> dict[str, str]:
        """The key and the API's version."""
        headers = {**COMMON_HEADERS, "anthropic-version": VERSION}
        return headers if key is None else {**headers, "x-api-key": key}

    def encode(self, request: Request, model: str) -> bytes:
        """A message to create. There is no seed: `sampling.seed` is not sent."""
        system = list(takewhile(_is_system, request.messages))
        body: dict[str, object] = {
            "model": model,
            "max_tokens": request.sampling.max_tokens or LONGEST_ANSWER,
            "cache_control": {"type": "ephemeral"},
        }
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
        if system:
            body["system"] = "\n\n".join(message.content for message in system)
        body["messages"] = _messages(request.messages[len(system) :])
        if (shape := request.response_schema) is not None:
            body["output_config"] = {"format": {"type": "json_schema", "schema": shape.json_schema}}
        _sample(request.sampling, body)
        if self.stream:
            body["stream"] = True
        return orjson.dumps(body)

    def gatherer(self) -> Gatherer:
        """Adds up content blocks."""
        return AnthropicGatherer()

    def read(self, body: bytes, *, turn: int, prompt_tokens: int) -> Reply:
        """The answer, see `Dialect.read`."""
        return reply_in(chat_completion(root_of(body)), turn=turn, prompt_tokens=prompt_tokens)


def _is_system(message: Message) -> bool:
    return message.role == "system"


def _sample(sampling: Sampling, body: dict[str, object]) -> None:
    if sampling.temperature is not None:
        body["temperature"] = sampling.temperature
    if sampling.top_p is not None:
        body["top_p"] = sampling.top_p
    if sampling.stop:
        body["stop_sequences"] = sampling.stop


def _tool(tool: ToolSchema) -> Block:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}


def _messages(messages: Sequence[Message]) -> list[Block]:
    """Neighbours with the same voice are one message, as the API demands of the results of several calls."""
    turns: list[tuple[str, list[Block]]] = []
    for message in messages:
        voice = "assistant" if message.role == "assistant" else "user"
        blocks = list(_blocks(message))
        if turns and turns[-1][0] == voice:
            turns[-1][1].extend(blocks)
        elif blocks:
            turns.append((voice, blocks))
    return [{"role": voice, "content": blocks} for voice, blocks in turns]


def _blocks(message: Message) -> Iterable[Block]:
    """A message's content; empty texts are refused by the API and left out."""
    if message.role == "tool":
        yield {"type": "tool_result", "tool_use_id": _id(message.tool_call_id or ""), "content": message.content}
        return
    if message.content.strip():
        yield {"type": "text", "text": message.content}
    yield from map(_call, message.tool_calls)


def _call(call: ToolCall) -> Block:
    arguments = orjson.Fragment(call.sendable.encode())
    return {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": arguments}


def _id(text: str) -> str:
    """Ids that other providers made may hold characters that this API refuses."""
    return NOT_IN_AN_ID.sub("_", text)
