"""One fused answer under way: everybody who is asked for it, and what came of that."""

from collections.abc import Iterable

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import ROUNDING_S
from wardian.base.errors import Failure, ModelError
from wardian.base.fused import Answer, AnswerRole
from wardian.base.messages import Request
from wardian.fusion.agreement import Agreement
from wardian.fusion.asking import Asking
from wardian.fusion.bill import Bill
from wardian.fusion.course import Course
from wardian.fusion.lines import OpenLines
from wardian.fusion.seats import Seat
from wardian.fusion.tariffs import UNKNOWN
from wardian.specs.fusion.budget import FusionBudget

__all__ = ["FusionCall"]


class FusionCall:
    """Asks in the name of one request, and remembers every answer: the record and the costs come from here.

    Args:
        request: what the fusion was asked.
        agreement: when two answers to it are the same.
        clock: the time.
        deadline_s: seconds from now after which nobody waits any more.
        bill: what it may cost; by default as much as it likes.
    """

    def __init__(
        self,
        request: Request,
        agreement: Agreement,
        clock: Clock,
        deadline_s: float | None = None,
        bill: Bill | None = None,
    ) -> None:
        self.request = request
        self.agreement = agreement
        self.degraded: list[str] = []
        self.whole_panel = True
        """Whether nothing is to be decided without a member that never will answer."""
        self.lines: OpenLines | None = None
        """Where calls go on that nobody waits for any more; without it they are cut off."""
        self._askings: list[Asking] = []
        self._standing: dict[str, Answer] = {}
        self._course = Course(clock, request, deadline_s)
        self._bill = bill or Bill(FusionBudget(), UNKNOWN)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All so far, in the order of asking."""
        return tuple(asking.answer for asking in self._askings)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the question."""
        return self._course.elapsed_s

    @property
    def left_s(self) -> float:
        """Seconds that count until the deadline; infinite without one."""
        return self._course.left_s

    @property
    def overdue(self) -> bool:
        """Whether the deadline is over."""
        return self.left_s <= ROUNDING_S

    @property
    def broken(self) -> Failure | None:
        """What ends the fusion with one of its members."""
        if not self.whole_panel:
            return None
        failures = (asking.answer.failure for asking in self._askings)
        return next((each for each in failures if each and (each.lasting or each.cause == "infra")), None)

    def degrade(self, reason: str) -> None:
        """Something is not as configured: the result will say so."""
        if reason not in self.degraded:
            self.degraded.append(reason)

    def stand(self, answers: Iterable[Answer]) -> None:
        """These answers to the fusion's own request stand: a panel of none but their seats is not asked again."""
        self._standing |= {answer.seat: answer for answer in answers}

    def standing(self, seats: Iterable[Seat]) -> tuple[Answer, ...] | None:
        """What `seats` have answered to the fusion's own request; None unless all of it stands."""
        answers = [self._standing.get(seat.name) for seat in seats]
        known = tuple(answer for answer in answers if answer is not None)
        return known if known and len(known) == len(answers) else None

    def affords(self, seats: Iterable[Seat], request: Request | None = None) -> bool:
        """Whether asking all of `seats` fits into what is left of the budget, whatever they answer."""
        asked = request or self.request
        return self._bill.affords(*((seat.client.name, seat.question(asked)) for seat in seats))

    async def ask(
        self, seat: Seat, request: Request | None = None, *, role: AnswerRole = "member", round_: int = 0
    ) -> Answer:
        """What `seat` answers to `request`, by default to the fusion's own; a failure is an answer too.

        Raises:
            asyncio.CancelledError: when it is not waited for; the record has it as cancelled.
        """
        answer = await self.asking(seat, request, role=role, round_=round_).run(seat.spec.timeout_s)
        if answer.state == "skipped_budget":
            self.degrade("skipped_budget")
        return answer

    def asking(
        self, seat: Seat, request: Request | None = None, *, role: AnswerRole = "member", round_: int = 0
    ) -> Asking:
        """`ask` for those who do not wait for the end: nothing happens before its `run`."""
        answer = Answer(
            seat=seat.name,
            model=seat.client.name,
            role=role,
            weight=seat.spec.weight,
            round=round_,
            state="cancelled",
            began_s=self.elapsed_s,
            ended_s=self.elapsed_s,
        )
        key = self._key if role == "member" else _no_key
        asking = Asking(seat, request or self.request, answer, key, self._course, self._bill)
        self._askings.append(asking)
        return asking

    def check(self) -> None:
        """Raise what ends the fusion with one of its members.

        Raises:
            ModelError: that of a member who gave no answer for a reason of ours (cause "infra") or never will: without
                it this is another panel.
        """
        if self.broken is not None:
            raise ModelError.of(self.broken)

    def _key(self, completion: Completion) -> str:
        return self.agreement.key(completion.message, self.request)


def _no_key(completion: Completion) -> str:
    """Only members' answers are compared."""
    del completion
    return ""
