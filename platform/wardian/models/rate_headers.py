"""What replies say of their provider's rate limits, in their headers."""

import math
from collections.abc import Mapping

from wardian.base.clients import Quota, RateReport
from wardian.base.clock import Clock
from wardian.models.wire import RawReply, Wire

__all__ = ["ListeningWire", "read_report"]

FAMILIES = (
    ("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "requests"),
    ("x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "tokens"),
    ("anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "requests"),
    ("anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "tokens"),
)
"""OpenAI's names, which Azure, Groq, vLLM gateways and our simulator use as well, and Anthropic's."""


class ListeningWire:
    """A wire that tells the quota what the replies of `model` say of its limits. Whoever made the wire closes it."""

    def __init__(self, inner: Wire, model: str, quota: Quota, clock: Clock) -> None:
        self._inner = inner
        self._model = model
        self._quota = quota
        self._clock = clock

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """Send a request, read the whole reply and listen to its headers.

        Raises:
            Refusal: what the inner wire raises.
        """
        sent_at = self._clock.monotonic()
        reply = await self._inner.send(method, url, headers, body)
        report = read_report(reply.headers, self._clock.monotonic() - sent_at)
        if report is not None:
            self._quota.hear(self._model, report)
        return reply

    async def close(self) -> None:
        """Close the inner wire."""
        await self._inner.close()


def read_report(headers: Mapping[str, str], age_s: float) -> RateReport | None:
    """What `headers` say, None when they say nothing of limits."""
    told: dict[str, int] = {}
    for limit, remaining, what in FAMILIES:
        if (left := _count(headers.get(remaining))) is not None:
            told[f"remaining_{what}"] = left
        if most := _count(headers.get(limit)):
            told[f"limit_{what}"] = most
    return RateReport.model_validate({**told, "age_s": age_s}) if told else None


def _count(text: str | None) -> int | None:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return max(int(value), 0) if math.isfinite(value) else None
