"""A request as the bytes that go to the provider.

Messages and tools encode themselves once (`Message.wire`, `ToolSchema.wire`), so that a turn costs
as much as its new messages and a provider's prompt cache sees byte-stable prefixes.
"""

import orjson

from wardian.base.messages import Request, Sampling

__all__ = ["encode", "estimate_tokens"]

BYTES_PER_TOKEN = 4
EXPECTED_ANSWER_TOKENS = 256


def encode(request: Request, model: str) -> bytes:
    """`request` as the JSON body of a chat completion of the provider's `model`."""
    body: dict[str, object] = {
        "model": model,
        "messages": [orjson.Fragment(message.wire) for message in request.messages],
    }
    if request.tools:
        body["tools"] = [orjson.Fragment(tool.wire) for tool in request.tools]
    _sample(request.sampling, body)
    return orjson.dumps(body)


def estimate_tokens(request: Request) -> int:
    """About how many tokens the call will use, answer included: what rate limits are asked for in advance."""
    size = sum(len(message.wire) for message in request.messages) + sum(len(tool.wire) for tool in request.tools)
    answer = request.sampling.max_tokens or EXPECTED_ANSWER_TOKENS
    return size // BYTES_PER_TOKEN + min(answer, EXPECTED_ANSWER_TOKENS)


def _sample(sampling: Sampling, body: dict[str, object]) -> None:
    if sampling.temperature is not None:
        body["temperature"] = sampling.temperature
    if sampling.top_p is not None:
        body["top_p"] = sampling.top_p
    if sampling.max_tokens is not None:
        body["max_tokens"] = sampling.max_tokens
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.stop:
        body["stop"] = sampling.stop
