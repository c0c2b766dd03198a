"""What one attempt may take at most, and what it took."""

from dataclasses import dataclass
from typing import Final

import orjson

from wardian.base.completion import Completion
from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.models.budgets.amount import Amount, picodollars
from wardian.models.encoding import ANTHROPIC_ANSWER_TOKENS
from wardian.models.pricing import cost_usd
from wardian.models.refusal import Refusal
from wardian.specs.endpoints import EndpointSpec, PriceSpec

__all__ = ["Quote", "Tariff"]

HIDDEN_TOKENS: Final = 1_000
"""What providers add to a prompt at most: instructions for the use of tools (Anthropic: up to 700), templates."""
MOST_BYTES_PER_TOKEN: Final = 16
"""Text with more bytes in each token than that on average is none: such a count is not believed."""
MOST_BYTES_PER_CHARACTER: Final = 4
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Quote:
    """What is known of an attempt before it is sent.

    Args:
        size: at least as many bytes as the texts have that the model reads.
        worst: the most that it can take.
    """

    size: int
    worst: Amount


class Tariff:
    """One model's worst case and real cost.

    No tokenizer makes more tokens than there are bytes, and nobody writes more than `max_tokens`: so the worst case
    holds whatever the model is, and is some times what a call usually takes.
    """

    def __init__(self, spec: EndpointSpec) -> None:
        self._longest = spec.max_output_tokens or 0
        if spec.dialect == "anthropic":
            self._longest = ANTHROPIC_ANSWER_TOKENS
        self._price = spec.price
        self._read_price, self._write_price = _dearest(spec.price)

    def quote(self, request: Request) -> Quote:
        """The most that one attempt can take."""
        size = _bytes(request)
        read, written = size + HIDDEN_TOKENS, request.sampling.max_tokens or self._longest
        return Quote(size, Amount(1, read + written, read * self._read_price + written * self._write_price))

    def used(self, quote: Quote, completion: Completion) -> Amount:
        """What an answered attempt took: as reported when that can be true, else the worst case.

        Of the list price and what the provider says that it charged, the higher one counts. A report of more than the
        worst case is taken as it is: either it is true, or nobody can tell what is.
        """
        usage = completion.usage
        if usage.estimated or not _credible(usage, quote.size, completion.message):
            return quote.worst
        money = max(cost_usd(self._price, usage) or 0.0, completion.cost_usd or 0.0)
        return Amount(1, usage.total, picodollars(money))

    def lost(self, error: BaseException | None, quote: Quote) -> Amount:
        """What an attempt without an answer took: only a provider that refused it has charged nothing for certain."""
        return Amount(requests=1) if isinstance(error, Refusal) and error.unpaid else quote.worst


def _dearest(price: PriceSpec | None) -> tuple[int, int]:
    """The most that a token can cost that is read, and one that is written."""
    if price is None:
        return 0, 0
    kinds = (
        Usage(input_tokens=MILLION),
        Usage(input_tokens=MILLION, cached_tokens=MILLION),
        Usage(input_tokens=MILLION, cache_write_tokens=MILLION),
    )
    read = max(cost_usd(price, usage) or 0.0 for usage in kinds)
    written = cost_usd(price, Usage(output_tokens=MILLION)) or 0.0
    return _for_each(read), _for_each(written)


def _for_each(usd_for_a_million: float) -> int:
    return -(-picodollars(usd_for_a_million) // MILLION)


def _bytes(request: Request) -> int:
    size = 0
    for message in request.messages:
        size += len(message.wire)
        if (thoughts := message.thoughts) is not None:
            size += len(thoughts.body) * (1 if thoughts.body.isascii() else MOST_BYTES_PER_CHARACTER)
    for tool in request.tools:
        size += len(tool.wire)
    shape = request.response_schema
    return size if shape is None else size + len(orjson.dumps(shape.json_schema))


def _credible(usage: Usage, size: int, answer: Message) -> bool:
    said = len(answer.content) + sum([len(call.arguments) for call in answer.tool_calls])
    return usage.input_tokens * MOST_BYTES_PER_TOKEN >= size and usage.output_tokens * MOST_BYTES_PER_TOKEN >= said
