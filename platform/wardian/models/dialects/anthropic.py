"""Anthropic's Messages API.

Reference: "Create a Message" in Anthropic's API reference, "Prompt caching" on the marks: the one at the top is set by
the API on the last block of the conversation, and looks back 20 blocks for what earlier requests left. The one behind
tools and system prompt serves all episodes of an arm. In the conversation itself there is none, so its bytes stay the
same from turn to turn, except where a turn has more blocks than the API looks back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import orjson

from wardian.base.messages import Message, Request, Sampling, ToolSchema
from wardian.models.dialects.anthropic_blocks import Block, blocks_of, said_again
from wardian.models.dialects.anthropic_reply import blocks_in, chat_completion
from wardian.models.dialects.anthropic_stream import AnthropicGatherer
from wardian.models.dialects.dialect import COMMON_HEADERS, Manner
from wardian.models.encoding import ANTHROPIC_ANSWER_TOKENS
from wardian.models.reply import Reply, reply_in, root_of
from wardian.models.streaming import Gatherer

__all__ = ["AnthropicDialect"]

VERSION: Final = "2023-06-01"
CACHED: Final = {"type": "ephemeral"}
MANY_RESULTS: Final = 9
"""With their calls they come close to the 20 blocks that the API looks back."""


@dataclass(frozen=True, slots=True)
class AnthropicDialect(Manner):
    """Messages with content blocks: the system prompt stands apart, results of tools are the user's."""

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
            "max_tokens": request.sampling.max_tokens or ANTHROPIC_ANSWER_TOKENS,
            "cache_control": CACHED,
        }
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
            if request.must_call:
                body["tool_choice"] = {"type": "any"}
        if prompt := "\n\n".join(message.content for message in system).strip():
            body["system"] = [{"type": "text", "text": prompt, "cache_control": CACHED}]
        body["messages"] = _messages(request.messages[len(system) :])
        # It has no mode for any object: the prompt has to ask for one.
        if (shape := request.response_schema) is not None and not shape.any_object:
            body["output_config"] = {"format": {"type": "json_schema", "schema": shape.json_schema}}
        _sample(request.sampling, body)
        return self.encoded(body)

    def gatherer(self) -> Gatherer:
        """Adds up content blocks."""
        return AnthropicGatherer()

    def read(self, body: bytes, *, turn: int, prompt_tokens: int) -> Reply:
        """The answer, see `Dialect.read`."""
        message = root_of(body)
        reply = reply_in(chat_completion(message), turn=turn, prompt_tokens=prompt_tokens)
        return self.answered(reply, said_again(blocks_in(message), reply.message.tool_calls))


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
    turns: list[tuple[str, list[Block | orjson.Fragment]]] = []
    for message in messages:
        voice = "assistant" if message.role == "assistant" else "user"
        blocks = list(blocks_of(message))
        if turns and turns[-1][0] == voice:
            turns[-1][1].extend(blocks)
        elif blocks:
            turns.append((voice, blocks))
    if len(turns) > 2 and len(turns[-1][1]) >= MANY_RESULTS:
        _mark(turns[-3][1])
    return [{"role": voice, "content": blocks} for voice, blocks in turns]


def _mark(blocks: list[Block | orjson.Fragment]) -> None:
    """Where the last request ended, the API shall look for it."""
    last = blocks[-1]
    if isinstance(last, dict):
        blocks[-1] = {**last, "cache_control": CACHED}
