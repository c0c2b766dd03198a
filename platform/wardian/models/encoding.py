"""How many tokens a request will use, guessed before it is sent."""

from wardian.base.messages import Request

__all__ = ["ANTHROPIC_ANSWER_TOKENS", "BYTES_PER_TOKEN", "EXPECTED_ANSWER_TOKENS", "estimate_tokens"]

BYTES_PER_TOKEN = 4
EXPECTED_ANSWER_TOKENS = 256
ANTHROPIC_ANSWER_TOKENS = 4096
"""Its API demands a limit; this one is sent when the agent's sampling names none."""


def estimate_tokens(request: Request) -> int:
    """About how many tokens the call will use, answer included: what rate limits are asked for in advance."""
    size = sum([len(message.wire) for message in request.messages]) + sum([len(tool.wire) for tool in request.tools])
    thoughts = [message.thoughts.body for message in request.messages if message.thoughts is not None]
    answer = request.sampling.max_tokens or EXPECTED_ANSWER_TOKENS
    return (size + sum(map(len, thoughts))) // BYTES_PER_TOKEN + min(answer, EXPECTED_ANSWER_TOKENS)
