"""What came of each prompt, as a line of JSON: the answer, whether it is right, who said what."""

from wardian.base.frozen import Frozen, JsonObject
from wardian.base.fused import Answer, AnswerRole, AnswerState, FusionResult
from wardian.episodes.record import Episode
from wardian.scoring.score import Scored

__all__ = ["AnswerLine", "FusionLine", "MemberLine", "answer_line"]

GRADED = "answer"
"""The check of a question whose answer is known."""


class MemberLine(Frozen):
    """One call of a fusion.

    Args:
        seat: who was asked.
        model: the name in the pool.
        role: what for.
        round: of a debate, or a cascade's stage.
        state: what came of it.
        answer: what was said.
        cost_usd: None when the price is unknown.
        seconds: that the call took.
    """

    seat: str
    model: str
    role: AnswerRole
    round: int
    state: AnswerState
    answer: str
    cost_usd: float | None
    seconds: float

    @classmethod
    def of(cls, answer: Answer) -> "MemberLine":
        """The line of `answer`."""
        return cls(
            seat=answer.seat,
            model=answer.model,
            role=answer.role,
            round=answer.round,
            state=answer.state,
            answer=answer.message.content if answer.message else "",
            cost_usd=answer.cost_usd,
            seconds=max(answer.ended_s - answer.began_s, 0.0),
        )


class FusionLine(Frozen):
    """How several answers became one.

    Args:
        mode: that decided.
        status: `degraded` when something was not as configured.
        degraded: why.
        by: what settled it.
        winner: the seat whose answer this is; empty for a new text.
        share: the winner's part of the votes, where there were some.
        confidence: the judge's, where it decided.
        order_conflict: whether the judge preferred another one in another order.
        members: all calls in the order of asking.
    """

    mode: str
    status: str
    degraded: tuple[str, ...]
    by: str
    winner: str
    share: float | None
    confidence: float | None
    order_conflict: bool
    members: tuple[MemberLine, ...]

    @classmethod
    def of(cls, result: FusionResult) -> "FusionLine":
        """The line of `result`."""
        decision = result.decision
        return cls(
            mode=result.mode_executed,
            status=result.status,
            degraded=result.degraded,
            by=decision.by if decision else "",
            winner=decision.winner if decision else "",
            share=decision.share if decision else None,
            confidence=decision.confidence if decision else None,
            order_conflict=decision is not None and decision.order_conflict,
            members=tuple(map(MemberLine.of, result.answers)),
        )


class AnswerLine(Frozen):
    """The answer to one prompt, of one arm.

    Args:
        id: the task's.
        arm: who answered.
        repeat: from 0.
        prompt: what was asked last.
        answer: what was said last; None when there was no answer.
        correct: whether it is the gold one; None when nobody knows.
        fusion: who said what, where several models answered as one.
        input_tokens: of all calls.
        output_tokens: of all calls.
        cost_usd: of all calls; None when a price is unknown.
        seconds: from the question to the answer.
        failure: why there is no answer.
        simulated: whether a simulator took part.
        metadata: what the file says of the prompt.
    """

    id: str
    arm: str
    repeat: int
    prompt: str
    answer: str | None
    correct: bool | None
    fusion: FusionLine | None
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    seconds: float
    failure: str | None
    simulated: bool
    metadata: JsonObject


def answer_line(scored: Scored) -> AnswerLine:
    """The last answer in an episode; of a question it is the only one."""
    episode, spec = scored.episode, scored.episode.spec
    last = episode.asked[-1] if episode.asked else None
    fusion = last.completion.fusion if last else None
    return AnswerLine(
        id=spec.task.id,
        arm=spec.agent.name,
        repeat=spec.repeat,
        prompt=next((event.text for event in reversed(episode.events) if event.kind == "said"), ""),
        answer=last.completion.message.content if last else None,
        correct=_correct(episode),
        fusion=FusionLine.of(fusion) if fusion else None,
        input_tokens=sum(event.completion.usage.input_tokens for event in episode.asked),
        output_tokens=sum(event.completion.usage.output_tokens for event in episode.asked),
        cost_usd=episode.cost_usd,
        seconds=sum(event.seconds for event in episode.asked),
        failure=episode.failure.message if episode.failure else None,
        simulated=episode.simulated,
        metadata=episode.findings.notes if episode.findings else {},
    )


def _correct(episode: Episode) -> bool | None:
    checks = episode.findings.checks if episode.findings else ()
    return next((check.passed for check in checks if check.name == GRADED), None)
