"""One call of a fusion, from before it is made until something has come of it."""

import asyncio
import math
from collections.abc import Callable
from typing import Final

from wardian.base.completion import Completion
from wardian.base.deadline import ROUNDING_S, Deadline
from wardian.base.errors import Failure, ModelError, boundary
from wardian.base.fused import Answer, AnswerState, FusionResult
from wardian.base.messages import Request
from wardian.base.usage import CallTiming, FinishReason
from wardian.fusion.bill import Bill
from wardian.fusion.course import Course
from wardian.fusion.failed import FusionFailed
from wardian.fusion.seats import Seat
from wardian.models.recorded import CutOff

__all__ = ["Asking", "Key"]

Key = Callable[[Completion], str]
"""The key of an answer: "" for one that equals nothing."""

STATES: Final[dict[str, AnswerState]] = {
    "cancelled": "cancelled",
    "rate_limited": "rate_limited",
    "timeout": "timeout",
}
"""States of failures that have one of their own."""
SENT: Final = frozenset({"bad_reply", "oversized", "stalled", "timeout", "unparsable_output"})
"""Failures of calls that a provider has worked on, and charges."""
ENDINGS: Final[dict[FinishReason, AnswerState]] = {
    "length": "truncated",
    "content_filter": "refused",
    "refusal": "refused",
}


class Asking:
    """Asks once. `answer` is what is known of it at any moment: `cancelled` as long as nothing came.

    Args:
        seat: who is asked.
        request: what.
        answer: what is known before.
        key: of the answer.
        course: the time of the fusion.
        bill: the money of the fusion.
    """

    def __init__(self, seat: Seat, request: Request, answer: Answer, key: Key, course: Course, bill: Bill) -> None:
        self.answer = answer
        self.lapsed = asyncio.Event()
        """Set when nobody waits for it any more: what comes then is late."""
        self._seat = seat
        self._question, self._stopwatch = course.watched(seat.question(request), self.lapsed)
        self._key = key
        self._course = course
        self._bill = bill
        self._inside: FusionResult | None = None
        self._past: CallTiming | None = None
        self._unsent = False

    async def run(self, timeout_s: float | None = None) -> Answer:
        """What the seat answers within `timeout_s` seconds and the fusion's deadline; a failure is an answer too.

        Raises:
            asyncio.CancelledError: when it is not waited for; `answer` says so.
        """
        self._note(began_s=self._course.elapsed_s)
        reserved = self._bill.reserve(self._seat.client.name, self._question)
        if reserved is None:
            return self._note(state="skipped_budget")
        failures: list[Failure] = []
        completion: Completion | None = None
        try:
            with boundary(failures.append, cause="provider"):
                completion = await self._completion(timeout_s)
        except asyncio.CancelledError:
            self._cut_off()
            raise
        else:
            self._said(completion) if completion else self._failed(failures[0])
        finally:
            self._bill.settle(reserved, self.answer)
        return self.answer

    def ending(self) -> None:
        """It is about to be cut off: what still waits for a rate limit was never sent."""
        self._unsent = self._stopwatch.held

    async def _completion(self, timeout_s: float | None) -> Completion:
        left_s = self._course.left_s
        if left_s <= ROUNDING_S:
            self._unsent = True
            raise ModelError("timeout", f"'{self._seat.name}' was not asked: the fusion's deadline was over")
        allowed_s = min(left_s, math.inf if timeout_s is None else timeout_s)
        async with Deadline(self._stopwatch.read, allowed_s):  # its own time: that others stand in line is no excuse
            return await self._asked()
        raise ModelError("timeout", f"'{self._seat.name}' gave no answer within {allowed_s:.4g} s")

    async def _asked(self) -> Completion:
        try:
            return await self._seat.client.complete(self._question)
        except asyncio.CancelledError as error:
            self._told(*error.args[-1:])
            raise
        except FusionFailed as error:
            self._inside = error.result
            raise
        except ModelError as error:
            self._past = error.timing
            raise

    def _told(self, last: object = None) -> None:
        """What whoever was cut off has to say of it: a fusion what it had got to, the past what it was then."""
        if isinstance(last, CutOff):
            self._past, self._inside = CallTiming(total_s=last.seconds, replayed=True), last.inside
            self._unsent = last.seconds <= ROUNDING_S
        elif isinstance(last, FusionResult):
            self._inside = last

    def _said(self, completion: Completion) -> None:
        completion = self._seat.heard(completion)
        message = completion.message
        state: AnswerState = ENDINGS.get(completion.finish, "ok")
        key = self._key(completion)
        if state == "ok" and not message.content.strip() and not message.tool_calls:
            state = "empty"
        elif state == "ok" and self.answer.role == "member" and not key:
            state = "invalid"
        self._note(
            state="late" if state == "ok" and self.lapsed.is_set() else state,
            message=message,
            finish=completion.finish,
            key=key if state == "ok" else "",
            usage=completion.usage,
            cost_usd=completion.cost_usd,
            timing=completion.timing,
            simulated=completion.simulated,
            inside=completion.fusion,
        )

    def _failed(self, failure: Failure) -> None:
        state = STATES.get(failure.kind, "error")
        if failure.kind in SENT or self._inside is not None:
            self._cut_off()
        self._note(state=state, failure=failure)

    def _cut_off(self) -> None:
        """Count what it took all the same, unless it was never sent."""
        timing = self._past or CallTiming(total_s=self._stopwatch.read())
        if self._inside is not None:
            inside = self._inside
            self._note(usage=inside.usage, cost_usd=inside.cost_usd, inside=inside, timing=timing)
        elif not self._unsent:
            usage, cost_usd = self._bill.cut_off(self._seat.client.name, self._question, timing.total_s)
            self._note(usage=usage, cost_usd=cost_usd, timing=timing)

    def _note(self, **known: object) -> Answer:
        self.answer = self.answer.model_copy(update={"ended_s": self._course.elapsed_s, **known})
        return self.answer
