"""A provider with rate limits, on virtual time and without a network: what counts is who is let in when."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wardian.base.identity import random_stream
from wardian.models.bucket import Bucket
from wardian.models.wire import RawReply

REPLY = (
    b'{"id":"c","object":"chat.completion","created":0,"model":"m",'
    b'"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}'
)
REFUSED = b'{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}'
MEAN_OUTPUT = 100


@dataclass(frozen=True)
class Terms:
    """What a provider allows: `part(t)` of its limits at time t, `burst_s` seconds' worth at once."""

    rpm: float = 6_000
    tpm: float = 6_000 * 0.8 * 500
    burst_s: float = 1.0
    headers: bool = True
    retry_after: bool = True
    part: Callable[[float], float] = field(default=lambda now: 1.0)
    latency_s: float = 1.0


class _Window(Bucket):
    """A bucket with the provider's own burst."""

    def __init__(self, rate: float, burst_s: float) -> None:
        super().__init__(rate, 0.0, full=True)
        self._let_through(burst_s)
        self.level = self.capacity


class LimitedProvider:
    """A wire that ends in token buckets; the prompt is charged when it comes, the answer when it goes."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.refused = 0
        self.answered: list[tuple[float, str, int]] = []
        self._requests = _Window(terms.rpm / 60, terms.burst_s)
        self._tokens = _Window(terms.tpm / 60, terms.burst_s)
        self._random = random_stream("provider")

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """Refuse, or answer after a while."""
        prompt = len(body or b"") // 4
        await asyncio.sleep(0.02)
        now = self._refill()
        wait = max(self._requests.wait(1), self._tokens.wait(prompt))
        if wait > 0:
            self.refused += 1
            return RawReply(429, self._told(wait), REFUSED)
        self._requests.take(1, now)
        self._tokens.take(prompt, now)
        told = self._told(None)
        await asyncio.sleep(self.terms.latency_s * self._random.lognormvariate(0.0, 0.4))
        output = min(int(self._random.expovariate(1 / MEAN_OUTPUT)) + 1, 1_000)
        now = self._refill()
        self._tokens.take(output, now)
        self.answered.append((now, headers.get("authorization", ""), prompt + output))
        return RawReply(200, told, REPLY % (prompt, output, prompt + output))

    async def close(self) -> None:
        """Nothing to close."""

    def tokens(self, start: float, end: float) -> Counter[str]:
        """Tokens of calls that were answered in between, by caller."""
        used: Counter[str] = Counter()
        for at, who, amount in self.answered:
            if start <= at < end:
                used[who] += amount
        return used

    def _refill(self) -> float:
        now = asyncio.get_running_loop().time()
        part = self.terms.part(now)
        self._requests.change_rate(self.terms.rpm / 60 * part, now)
        self._tokens.change_rate(self.terms.tpm / 60 * part, now)
        self._requests.refill(now)
        self._tokens.refill(now)
        return now

    def _told(self, wait: float | None) -> dict[str, str]:
        told = {} if wait is None or not self.terms.retry_after else {"retry-after": f"{wait:.3f}"}
        if self.terms.headers:
            for what, window in (("requests", self._requests), ("tokens", self._tokens)):
                told[f"x-ratelimit-limit-{what}"] = str(round(window.rate * 60))
                told[f"x-ratelimit-remaining-{what}"] = str(max(int(window.level), 0))
        return told
