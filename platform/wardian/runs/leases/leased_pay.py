"""The last moment before a call is sent: the worker must still hold its lease.

A call may have waited for a rate limit, or for its next attempt, longer than the lease lasts.
"""

from types import TracebackType
from typing import Self

from wardian.base.completion import Completion
from wardian.base.messages import Request
from wardian.models.budgets.spending import Attempt, Pay
from wardian.runs.steps.client import MayPay

__all__ = ["leased"]


def leased(pay: Pay, may_pay: MayPay) -> Pay:
    """`pay`, as soon as a call may begin."""
    return lambda request: _LeasedAttempt(pay, may_pay, request)


class _LeasedAttempt:
    __slots__ = ("_inner", "_may_pay")

    def __init__(self, pay: Pay, may_pay: MayPay, request: Request) -> None:
        self._inner: Attempt = pay(request)
        self._may_pay = may_pay

    async def __aenter__(self) -> Self:
        await self._may_pay()
        await self._inner.__aenter__()
        return self

    def answered(self, completion: Completion) -> None:
        self._inner.answered(completion)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inner.__aexit__(kind, error, trace)
