"""One fused answer under way: everybody who is asked for it, and what came of that."""

import asyncio
import math
from typing import Final

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError, boundary
from wardian.base.fused import Answer, AnswerRole, AnswerState
from wardian.base.messages import Request
from wardian.base.usage import FinishReason
from wardian.fusion.agreement import Agreement
from wardian.fusion.seats import Seat

__all__ = ["FusionCall"]

STATES: Final[dict[str, AnswerState]] = {"timeout": "timeout", "rate_limited": "rate_limited"}
"""States of failures that have one of their own."""
ENDINGS: Final[dict[FinishReason, AnswerState]] = {
    "length": "truncated",
    "content_filter": "refused",
    "refusal": "refused",
}


class FusionCall:
    """Asks in the name of one request, and remembers every answer: the record and the costs come from here.

    Args:
        request: what the fusion was asked.
        agreement: when two answers to it are the same.
        clock: the time.
        deadline_s: seconds from now after which nobody waits any more.
    """

    def __init__(self, request: Request, agreement: Agreement, clock: Clock, deadline_s: float | None = None) -> None:
        self.request = request
        self.agreement = agreement
        self.degraded: list[str] = []
        self._answers: list[Answer | None] = []
        self._clock = clock
        self._began = clock.monotonic()
        self._deadline_s = math.inf if deadline_s is None else deadline_s

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All so far, in the order of asking."""
        return tuple(answer for answer in self._answers if answer is not None)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the question."""
        return self._clock.monotonic() - self._began

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return self._deadline_s - self.elapsed_s

    def degrade(self, reason: str) -> None:
        """Something is not as configured: the result will say so."""
        if reason not in self.degraded:
            self.degraded.append(reason)

    async def ask(
        self, seat: Seat, request: Request | None = None, *, role: AnswerRole = "member", round_: int = 0
    ) -> Answer:
        """What `seat` answers to `request`, by default to the fusion's own; a failure is an answer too.

        Raises:
            asyncio.CancelledError: when it is not waited for; the record has it as cancelled.
        """
        began_s, place = self.elapsed_s, len(self._answers)
        self._answers.append(None)
        failures: list[Failure] = []
        completion: Completion | None = None
        question = seat.question(request or self.request)
        try:
            with boundary(failures.append, cause="provider"):
                async with asyncio.timeout(seat.spec.timeout_s):
                    completion = await seat.client.complete(question)
        except asyncio.CancelledError:
            unanswered = self._answer(seat, role, round_, began_s)
            self._answers[place] = unanswered.model_copy(update={"state": "cancelled"})
            raise
        answer = self._answer(seat, role, round_, began_s)
        self._answers[place] = answer = self._said(answer, completion) if completion else _failed(answer, failures[0])
        return answer

    def check(self) -> None:
        """Raise what ends the fusion with one of its members.

        Raises:
            ModelError: that of a member who gave no answer for a reason of ours (cause "infra") or never will: without
                it this is another panel.
        """
        for answer in self.answers:
            failure = answer.failure
            if failure is not None and (failure.lasting or failure.cause == "infra"):
                raise ModelError.of(failure)

    def _answer(self, seat: Seat, role: AnswerRole, round_: int, began_s: float) -> Answer:
        return Answer(
            seat=seat.name,
            model=seat.client.name,
            role=role,
            weight=seat.spec.weight,
            round=round_,
            state="error",
            began_s=began_s,
            ended_s=self.elapsed_s,
        )

    def _said(self, answer: Answer, completion: Completion) -> Answer:
        message = completion.message
        state: AnswerState = ENDINGS.get(completion.finish, "ok")
        key = self.agreement.key(message, self.request) if answer.role == "member" else ""
        if state == "ok" and not message.content.strip() and not message.tool_calls:
            state = "empty"
        elif state == "ok" and answer.role == "member" and not key:
            state = "invalid"
        return answer.model_copy(
            update={
                "state": state,
                "message": message,
                "finish": completion.finish,
                "key": key if state == "ok" else "",
                "usage": completion.usage,
                "cost_usd": completion.cost_usd,
                "timing": completion.timing,
                "simulated": completion.simulated,
                "inside": completion.fusion,
            }
        )


def _failed(answer: Answer, failure: Failure) -> Answer:
    kind = "timeout" if failure.kind == "TimeoutError" else failure.kind
    return answer.model_copy(update={"state": STATES.get(kind, "error"), "failure": failure})
