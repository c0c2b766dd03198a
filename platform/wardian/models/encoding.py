"""How many tokens a request will use, guessed before it is sent."""

from wardian.base.messages import Message, Request

__all__ = ["BYTES_PER_TOKEN", "estimate_tokens", "prompt_tokens"]

BYTES_PER_TOKEN = 4
EXPECTED_ANSWER_TOKENS = 256


def estimate_tokens(request: Request) -> int:
    """About how many tokens the call will use, answer included: what rate limits are asked for in advance."""
    answer = request.sampling.max_tokens or EXPECTED_ANSWER_TOKENS
    return prompt_tokens(request) + min(answer, EXPECTED_ANSWER_TOKENS)


def prompt_tokens(request: Request) -> int:
    """About how many tokens the model reads, for providers that do not count them."""
    size = sum(len(message.wire) + _thoughts(message) for message in request.messages)
    return (size + sum(len(tool.wire) for tool in request.tools)) // BYTES_PER_TOKEN


def _thoughts(message: Message) -> int:
    return 0 if message.thoughts is None else len(message.thoughts.body)
