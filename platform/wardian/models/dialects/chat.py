"""OpenAI's chat completions, which nearly every server speaks.

Reference: "Create chat completion" in OpenAI's API reference. OpenRouter, vLLM, SGLang, llama.cpp and Ollama take the
same body; OpenAI's newer models and Azure want another name for `max_tokens`, and Azure another header for the key.
"""

from dataclasses import dataclass
from typing import Literal

import orjson

from wardian.base.messages import Request, ResponseSchema, Sampling, Thoughts
from wardian.models.dialects.chat_reasoning import said_again
from wardian.models.dialects.chat_stream import ChatGatherer
from wardian.models.dialects.dialect import COMMON_HEADERS, Manner, bearer
from wardian.models.reply import Reply, reply_in, root_of
from wardian.models.streaming import Gatherer

__all__ = ["ChatDialect"]


@dataclass(frozen=True, slots=True)
class ChatDialect(Manner):
    """Chat completions, with the two things in which providers differ.

    Args:
        limit: what the longest answer is called. OpenAI's reasoning models refuse `max_tokens`, most other servers
            know nothing else.
        key_header: where the key goes: a bearer token, or Azure's `api-key`.
    """

    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    key_header: Literal["authorization", "api-key"] = "authorization"

    @property
    def path(self) -> str:
        """What follows the base URL."""
        return "/chat/completions"

    def headers(self, key: str | None) -> dict[str, str]:
        """The key, when there is one."""
        if key is None or self.key_header == "authorization":
            return bearer(key)
        return {**COMMON_HEADERS, self.key_header: key}

    def encode(self, request: Request, model: str) -> bytes:
        """A chat completion; messages and tools encode themselves once, so a turn costs as much as its new messages."""
        body: dict[str, object] = {
            "model": model,
            "messages": [
                orjson.Fragment(message.wire if message.thoughts is None else _thinking(message.wire, message.thoughts))
                for message in request.messages
            ],
        }
        if request.tools:
            body["tools"] = [orjson.Fragment(tool.wire) for tool in request.tools]
            if request.must_call:
                body["tool_choice"] = "required"
        if request.response_schema is not None:
            body["response_format"] = _format(request.response_schema)
        self._sample(request.sampling, body)
        if self.stream:
            body["stream_options"] = {"include_usage": True}
        return self.encoded(body)

    def gatherer(self) -> Gatherer:
        """Adds up chunks."""
        return ChatGatherer()

    def read(self, body: bytes, *, turn: int, prompt_tokens: int) -> Reply:
        """The answer, see `Dialect.read`."""
        completion = root_of(body)
        reply = reply_in(completion, turn=turn, prompt_tokens=prompt_tokens)
        return self.answered(reply, said_again(completion))

    def _sample(self, sampling: Sampling, body: dict[str, object]) -> None:
        if sampling.temperature is not None:
            body["temperature"] = sampling.temperature
        if sampling.top_p is not None:
            body["top_p"] = sampling.top_p
        if sampling.max_tokens is not None:
            body[self.limit] = sampling.max_tokens
        if sampling.seed is not None:
            body["seed"] = sampling.seed
        if sampling.stop:
            body["stop"] = sampling.stop


def _thinking(wire: bytes, thoughts: Thoughts) -> bytes:
    """The message with the keys in which its provider wants to see its thoughts again."""
    return b"%b,%b" % (wire[:-1], thoughts.body[1:].encode())


def _format(shape: ResponseSchema) -> dict[str, object]:
    if shape.any_object:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": shape.name, "strict": True, "schema": shape.json_schema}}
