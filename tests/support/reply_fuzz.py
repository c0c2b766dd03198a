"""Damaged replies through a real client: only completions that can be stored, or typed errors, come out.

Every case follows from its seed and number, so that a failure is reproduced by naming both.
"""

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from support.reply_mutations import mutated
from support.reply_seeds import SEEDS, SHORTEST_SEEDS, Seed

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.messages import Message, Request, ToolSchema
from wardian.models.chat import ChatClient
from wardian.models.dialects.choice import dialect_of
from wardian.models.endpoint import Endpoint
from wardian.models.refusal import KINDS, RETRIED, Refusal
from wardian.models.streaming import StreamingWire
from wardian.models.text_tools import TextToolsClient
from wardian.models.wire import RawReply, Sink
from wardian.specs.endpoints import PriceSpec
from wardian.specs.models import ModelSpec

__all__ = ["Case", "ReplyFuzz"]

TOOL = ToolSchema(name="get_order", description="Look up an order.", parameters={"type": "object"})
QUESTION = Request(model="m", messages=(Message(role="user", content="hi"),), tools=(TOOL,))
OK_OFTEN = (200, 200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 402, 404, 429, 500, 503, 529)
TIMES = ("1", "-5", "nan", "inf", "1e400", "soon", "", "Mon, 01 Jan 2001 00:00:01 GMT", "9" * 400, "\u0661")
EXPECTED = (
    frozenset(KINDS.values())
    | RETRIED
    | {"quota_exhausted", "content_filter", "server_error", "redirected", "context_overflow", "unparsable_output"}
)
LONGEST_MESSAGE = 4_000
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Case:
    """One reply as it comes over the wire."""

    seed: Seed
    text_tools: bool
    status: int
    headers: Mapping[str, str]
    chunks: Sequence[bytes]

    @classmethod
    def of(cls, run: int, number: int) -> "Case":
        """The case `number` of the run with the seed `run`."""
        random = Random(f"{run}/{number}")
        seed = random.choice(SHORTEST_SEEDS if random.random() < 0.5 else SEEDS)
        status = random.choice(OK_OFTEN)
        names = ("retry-after", "retry-after-ms", "date")
        headers = {name: random.choice(TIMES) for name in names if random.random() < 0.3}
        if seed.stream:
            headers["content-type"] = "text/event-stream"
        return cls(seed, random.random() < 0.2, status, headers, mutated(seed, random))


class _Tape:
    """A wire that answers with one case."""

    def __init__(self, case: Case) -> None:
        self._case = case

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        return RawReply(self._case.status, self._case.headers, b"".join(self._case.chunks))

    async def stream(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink
    ) -> RawReply:
        whole = await self.send(method, url, headers, body)
        if not whole.ok:
            return whole
        for chunk in self._case.chunks:
            sink(chunk)
        return RawReply(whole.status, whole.headers, b"")

    async def close(self) -> None:
        """Nothing to close."""


class ReplyFuzz:
    """Counts what comes out; raises for what must not.

    Args:
        most_s: the CPU time that one reply may take.
    """

    def __init__(self, most_s: float = math.inf) -> None:
        self._most_s = most_s
        self.outcomes: dict[str, int] = {}
        self.slowest_s = 0.0

    async def play(self, case: Case) -> None:
        """Ask a client that gets the case as its answer.

        Raises:
            AssertionError: when something untyped, unstorable or slow comes out.
        """
        client = _client(case)
        began = time.thread_time()
        try:
            outcome = _checked(await client.complete(QUESTION))
        except ModelError as error:
            outcome = _checked_error(error)
        seconds = time.thread_time() - began
        self.slowest_s = max(self.slowest_s, seconds)
        assert seconds < self._most_s, f"{seconds:.2f} s for {sum(map(len, case.chunks))} bytes"
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def _client(case: Case) -> ModelClient:
    spec = ModelSpec(base_url="http://host/v1", dialect=case.seed.dialect, stream=case.seed.stream)
    dialect, tape = dialect_of(spec), _Tape(case)
    wire = StreamingWire(tape, dialect.gatherer, 60.0) if case.seed.stream else tape
    endpoint = Endpoint(url="http://host/v1", model="m")
    price = PriceSpec(input=1.0, output=2.0)
    client = ChatClient("m", endpoint, wire, dialect=dialect, key="sk-0123456789abcdef", price=price)
    return TextToolsClient(client) if case.text_tools else client


def _checked(completion: Completion) -> str:
    stored = completion.model_dump_json()
    assert Completion.model_validate_json(stored) == completion
    _check_texts(json.loads(stored))
    json.loads(completion.message.wire)
    usage = completion.usage
    counts = (usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.reasoning_tokens)
    assert all(0 <= count <= LARGEST for count in counts)
    assert completion.cost_usd is None or (math.isfinite(completion.cost_usd) and completion.cost_usd >= 0)
    ids = [call.id for call in completion.message.tool_calls]
    assert len(set(ids)) == len(ids)
    return "answer"


def _checked_error(error: ModelError) -> str:
    assert error.kind in EXPECTED, error.kind
    failure = Failure.of(error)
    _check_texts(failure.model_dump(mode="json"))
    assert len(str(error)) < LONGEST_MESSAGE
    assert "\n" not in str(error)
    wait = error.retry_after_s if isinstance(error, Refusal) else None
    assert wait is None or (math.isfinite(wait) and wait >= 0)
    return error.kind


def _check_texts(value: Any) -> None:
    """UTF-8 without NUL is what Parquet and JSON can hold."""
    if isinstance(value, str):
        assert "\0" not in value
        value.encode()
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_texts(key)
            _check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner)
