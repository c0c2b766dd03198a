"""What was said and decided when several models answered as one: part of the record, and all that a replay needs."""

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from wardian.base.analysis import Analysis
from wardian.base.dollars import total_usd
from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.base.usage import CallTiming, FinishReason, Usage

__all__ = [
    "Answer",
    "AnswerRole",
    "AnswerState",
    "DecidedBy",
    "Decision",
    "Ended",
    "FusionResult",
    "FusionStatus",
    "Tally",
    "Verdict",
]

AnswerState = Literal[
    "ok",
    "empty",
    "refused",
    "truncated",
    "invalid",
    "error",
    "rate_limited",
    "timeout",
    "cancelled",
    "late",
    "skipped_budget",
]
"""Only `ok` counts toward a quorum. `late` ones came when nobody waited any more, `skipped_budget` were not asked."""
Ended = Literal["settled", "grace", "decided", "deadline"]
"""Why a panel is not waited for any more."""
AnswerRole = Literal["member", "judge", "writer", "verifier"]
FusionStatus = Literal["ok", "degraded", "error"]
DecidedBy = Literal[
    "only",
    "probe",
    "agreement",
    "vote",
    "tool_names",
    "union",
    "verifier",
    "judge",
    "merge",
    "escalation",
    "stage",
    "writer",
    "medoid",
    "prior",
]
"""What settled it: from the only usable answer to the order in which members are named (`prior`)."""


class Answer(Frozen):
    """One call of a fusion, whatever came of it. Times are in seconds since the fusion began.

    Args:
        seat: who was asked: unique in its fusion and round.
        model: the name in the pool.
        role: what for.
        weight: what a member's voice counts.
        round: of a debate, or a cascade's stage; else 0.
        state: what came of it.
        message: what was said, as far as anything was.
        finish: how that ended.
        key: equal for answers that say or do the same; "" for one that equals nothing.
        usage: tokens; `estimated` for calls that were cut off.
        cost_usd: of the call; None when the price is unknown.
        timing: of the call.
        began_s: when it was asked.
        ended_s: when it was answered or given up.
        failure: why there is no answer.
        simulated: whether a simulator answered.
        inside: what was said and decided there, when the one who answered is a fusion.
    """

    seat: str
    model: str
    role: AnswerRole = "member"
    weight: float = 1.0
    round: int = 0
    state: AnswerState
    message: Message | None = None
    finish: FinishReason | None = None
    key: str = ""
    usage: Usage = Usage()
    cost_usd: float | None = 0.0
    timing: CallTiming = CallTiming()
    began_s: float = 0.0
    ended_s: float = 0.0
    failure: Failure | None = None
    simulated: bool = False
    inside: "FusionResult | None" = None

    @property
    def ok(self) -> bool:
        """Whether it counts toward a quorum."""
        return self.state == "ok"

    @property
    def spent_usd(self) -> float | None:
        """What of the cost was paid now: nothing for an answer out of the reply cache."""
        if self.inside is not None:
            return self.inside.spent_usd
        return 0.0 if self.timing.cached else self.cost_usd


class Tally(Frozen):
    """The votes for one answer: who gave it, and their weight together."""

    key: str
    seats: tuple[str, ...]
    weight: float


class Verdict(Frozen):
    """What a judge said of candidates that it was shown in one order.

    Args:
        shown: seats in the order in which their answers stood before the judge.
        ranking: seats, the best first; empty when no verdict could be read.
        confidence: from 0 to 1, as the judge says.
        none_acceptable: whether the judge would take none of them.
        read_by: which step of the ladder made sense of its words.
    """

    shown: tuple[str, ...]
    ranking: tuple[str, ...] = ()
    confidence: float | None = None
    none_acceptable: bool = False
    read_by: str = ""


class Decision(Frozen):
    """Why this answer.

    Args:
        by: what settled it.
        winner: the seat whose answer is returned verbatim; "" for a new text.
        winner_round: the round of that answer; None for the seat's latest.
        votes: the heaviest first.
        share: the winner's part of all votes, 0 to 1.
        margin: how far the winner is ahead of the second, as a part of all votes.
        n_eff: effective number of different answers, 1 / sum of squared shares.
        verdicts: of the judge, one for each order.
        confidence: of the judge, averaged over orders.
        order_conflict: whether the judge preferred another one in another order.
        round_0: the seat that a vote over the first round would have chosen, after a debate.
        analysis: what the judge says of the answers; None where it was not asked for that, or gave none.
    """

    by: DecidedBy
    winner: str = ""
    winner_round: int | None = None
    votes: tuple[Tally, ...] = ()
    share: float | None = None
    margin: float | None = None
    n_eff: float | None = None
    verdicts: tuple[Verdict, ...] = ()
    confidence: float | None = None
    order_conflict: bool = False
    round_0: str = ""
    analysis: Analysis | None = None


class FusionResult(Frozen):
    """One fused answer, without its message: that stands in the completion.

    Args:
        name: of the fusion, such as `fusion/council`.
        mode_requested: as configured.
        mode_executed: what really decided: a merge whose judge failed may have become a vote.
        status: `degraded` when something was not as configured, `error` when there is no answer.
        degraded: typed reasons.
        answers: all calls in the order of asking: members, judge, writer; also those that were cut off.
        decision: why this answer; None when there is none.
        ended: why the panel was not waited for any more.
        elapsed_s: seconds from the question to the answer.
    """

    name: str
    mode_requested: str
    mode_executed: str
    status: FusionStatus = "ok"
    degraded: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    decision: Decision | None = None
    ended: Ended = "settled"
    elapsed_s: float = 0.0

    @cached_property
    def members(self) -> tuple[Answer, ...]:
        """The panel's answers."""
        return tuple(answer for answer in self.answers if answer.role == "member")

    @property
    def winner(self) -> Answer | None:
        """The answer that is returned verbatim."""
        seat, round_ = ("", None) if self.decision is None else (self.decision.winner, self.decision.winner_round)
        won = (answer for answer in reversed(self.members) if answer.seat == seat and answer.ok)
        return next((answer for answer in won if round_ in (None, answer.round)), None)

    @property
    def usage(self) -> Usage:
        """Tokens of all calls."""
        return Usage.sum_of(answer.usage for answer in self.answers)

    @property
    def cost_usd(self) -> float | None:
        """US dollars for all calls, cut off and failed ones too; None as soon as one price is unknown."""
        return total_usd(answer.cost_usd for answer in self.answers)

    @property
    def spent_usd(self) -> float | None:
        """What of that was paid now: answers out of the reply cache are free, each for itself."""
        return total_usd(answer.spent_usd for answer in self.answers)

    @property
    def cost_by_role(self) -> dict[str, float | None]:
        """US dollars by role."""
        return _by_name((answer.role, answer.cost_usd) for answer in self.answers)

    @property
    def cost_by_member(self) -> dict[str, float | None]:
        """US dollars by the members' models."""
        return _by_name((answer.model, answer.cost_usd) for answer in self.members)


def _by_name(costs: Iterable[tuple[str, float | None]]) -> dict[str, float | None]:
    parts: dict[str, list[float | None]] = {}
    for name, cost in costs:
        parts.setdefault(name, []).append(cost)
    return {name: total_usd(part) for name, part in parts.items()}
