"""`POST /v1/chat/completions`: a question, and its answer in one piece or as events."""

import asyncio
import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from pydantic import ValidationError

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import Deadline
from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult
from wardian.fusion.failed import FusionFailed
from wardian.gateway.answer import fusion_headers, headers_of, whole
from wardian.gateway.desk import Desk, Inquiry
from wardian.gateway.meters import LEFT, Meters
from wardian.gateway.question import Question, problem_in
from wardian.gateway.refusals import BadKey, refusal_of
from wardian.gateway.replies import Outlet, Reply, events_of, heartbeat
from wardian.gateway.waiting import Gone, attended
from wardian.models.refusal import Refusal
from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Receive, Scope
from wardian.simulator.bodies import TooLarge, whole_body

__all__ = ["Completions"]

JSON: Final = b"application/json"


class Completions:
    """Answers questions, so many at once.

    Args:
        desk: knows who is asked.
        meters: count.
        clock: the time.
    """

    def __init__(self, desk: Desk, meters: Meters, clock: Clock) -> None:
        self._desk = desk
        self._spec = desk.spec.gateway
        self._meters = meters
        self._clock = clock
        self._in_flight = 0
        self._ending = asyncio.Event()

    def cut_off(self) -> None:
        """Wait for no answer any more, and say so to whoever still asks."""
        self._ending.set()

    async def answer(self, scope: Scope, receive: Receive, outlet: Outlet) -> None:
        """Answer one request.

        Raises:
            Refused: when it cannot be asked, too many are, or it is cut off.
            Gone: when the client leaves before its answer is there.
        """
        with self._place(outlet):
            question = await self._read(scope, receive)
            inquiry = self._desk.inquiry(question)  # whoever is not there is told before anything is sent
            outlet.model = question.model
            made = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(self._clock.now())}
            head = {**made, "model": question.model}
            send = self._stream if question.stream else self._whole
            await send(inquiry, head, receive, outlet)

    async def _whole(self, inquiry: Inquiry, head: dict[str, Any], receive: Receive, outlet: Outlet) -> None:
        outcome = await attended(self._outcome(inquiry), receive, self._ending)
        if isinstance(outcome, ModelError):
            await outlet.whole(_refused(outcome))
        else:
            answer = whole(head, outcome, self._spec.usage_mode)
            await outlet.whole(Reply.of(answer, headers=headers_of(outcome)))

    async def _stream(self, inquiry: Inquiry, head: dict[str, Any], receive: Receive, outlet: Outlet) -> None:
        """The answer as events, once it is decided; until then a sign of life from time to time."""

        async def beat() -> None:
            await outlet.begin()
            await outlet.write([heartbeat(head)])

        outcome = await attended(self._outcome(inquiry), receive, self._ending, beat, self._spec.heartbeat_s)
        if not isinstance(outcome, ModelError):
            mode = self._spec.usage_mode if inquiry.question.counted else None
            await outlet.begin(headers_of(outcome))
            await outlet.write(events_of(head, outcome, mode), more=False)
        else:
            await outlet.refuse(_refused(outcome))

    async def _outcome(self, inquiry: Inquiry) -> Completion | ModelError:
        model = inquiry.question.model
        try:
            completion = await inquiry.complete()
        except ModelError as error:
            if isinstance(error, FusionFailed):
                self._meters.failed(model, error.result)
            return error
        except asyncio.CancelledError as error:
            self._cut_off(inquiry, error)
            raise
        self._meters.completed(model, completion)
        return completion

    def _cut_off(self, inquiry: Inquiry, error: asyncio.CancelledError) -> None:
        """Nobody waits for it any more: a fusion says in `error` what was paid for until then."""
        fusion = next((each for each in error.args if isinstance(each, FusionResult)), None)
        if fusion is None:
            self._meters.spent(inquiry.question.model, *self._desk.cut_off(inquiry))
        else:
            self._meters.failed(inquiry.question.model, fusion)

    async def _read(self, scope: Scope, receive: Receive) -> Question:
        kind = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != JSON:  # which is what another site's web page may not send
            raise Refused("not_json", "send application/json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            return Question.model_validate_json(await self._body(receive))
        except TooLarge:
            message = f"a request has {self._spec.body_bytes} bytes at most"
            raise Refused("too_large", message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None
        except ValidationError as error:
            raise BadKey(*problem_in(error)) from None

    async def _body(self, receive: Receive) -> bytes:
        async with Deadline(self._clock.monotonic, self._spec.body_s):
            return await whole_body(receive, self._spec.body_bytes)
        message = f"the request was not there within {self._spec.body_s:g} s"
        raise Refused("too_slow", message, HTTPStatus.REQUEST_TIMEOUT)

    @contextmanager
    def _place(self, outlet: Outlet) -> Iterator[None]:
        """A place among the requests in flight."""
        if self._in_flight >= self._spec.concurrency:
            text = f"{self._in_flight} requests are in flight, which is as many as may be"
            raise Refused("too_many_requests", text, HTTPStatus.TOO_MANY_REQUESTS)
        began = self._clock.monotonic()
        self._in_flight += 1
        self._meters.in_flight.set(self._in_flight)
        try:
            yield
        except (Gone, asyncio.CancelledError):  # some servers say that a client has left, others cancel
            self._meters.answered(outlet.model, LEFT)
            raise
        finally:
            self._in_flight -= 1
            self._meters.in_flight.set(self._in_flight)
            self._meters.took(outlet.model, self._clock.monotonic() - began)


def _refused(error: ModelError) -> Reply:
    status, body = refusal_of(error)
    headers = list(fusion_headers(error.result)) if isinstance(error, FusionFailed) else []
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers.append((b"retry-after", b"%d" % _wait_s(error)))
    return Reply.of(body, status, headers)


def _wait_s(error: ModelError) -> int:
    """Whole seconds until it is worth to ask again: as many as the provider said, where it did."""
    asked_s = error.retry_after_s if isinstance(error, Refusal) else None
    return max(math.ceil(asked_s or 0.0), 1)
