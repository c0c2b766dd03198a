"""From the record of a fused answer to the spans below it: one for each member and judge, and one for the decision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wardian.base.fused import Answer, Decision, FusionResult
from wardian.base.identity import digest
from wardian.specs.masking import mask
from wardian.tracking import gen_ai
from wardian.tracking.span import Attributes, Span
from wardian.tracking.span_arms import Arm
from wardian.tracking.span_attributes import Known, cost
from wardian.tracking.span_content import answered

__all__ = ["PanelSpans"]


@dataclass(frozen=True, slots=True)
class PanelSpans:
    """Makes the spans of one trace's fused answers.

    Args:
        trace: 32 hex digits.
        models: whom they ask, by their names in the job.
        known: what every span has.
        content: whether what was said may be shown.
    """

    trace: str
    models: Mapping[str, Arm]
    known: Attributes
    content: bool

    def of(self, fusion: FusionResult, parent: str, began_s: float) -> Iterator[Span]:
        """The spans below `parent`, of a fused answer that was asked for at `began_s`, in seconds since the epoch."""
        for place, answer in enumerate(fusion.answers):
            span = self._answer(answer, digest([parent, place]), parent, began_s)
            yield span
            if answer.inside is not None:
                yield from self.of(answer.inside, span.id, span.start_s)
        if fusion.decision is not None:
            yield self._decision(fusion, fusion.decision, parent, began_s)

    def _answer(self, answer: Answer, identity: str, parent: str, began_s: float) -> Span:
        arm = self.models.get(answer.model, Arm(model=answer.model))
        said = {}
        if self.content and answer.message is not None:
            said = {gen_ai.OUTPUT_MESSAGES: answered(answer.message, answer.finish or "stop")}
        failure = answer.failure
        return Span(
            name=f"chat {arm.model}",
            client=arm.client,
            trace=self.trace,
            id=identity,
            parent=parent,
            start_s=began_s + answer.began_s,
            end_s=began_s + max(answer.ended_s, answer.began_s),
            attributes={**arm.attributes, **_answer_attributes(answer), **said, **self.known},
            error=None if failure is None else mask(failure.message) if self.content else "",
        )

    def _decision(self, fusion: FusionResult, decision: Decision, parent: str, began_s: float) -> Span:
        heard_s = max((answer.ended_s for answer in fusion.answers if answer.state != "late"), default=0.0)
        return Span(
            name=f"decide {fusion.name}",
            client=False,
            trace=self.trace,
            id=digest([parent, "decision"]),
            parent=parent,
            start_s=began_s + min(heard_s, fusion.elapsed_s),
            end_s=began_s + fusion.elapsed_s,
            attributes={**_decision_attributes(fusion, decision), **self.known},
        )


def _answer_attributes(answer: Answer) -> Known:
    known: Known = {
        gen_ai.OPERATION: "chat",
        gen_ai.INPUT_TOKENS: answer.usage.input_tokens,
        gen_ai.OUTPUT_TOKENS: answer.usage.output_tokens,
        "wardian.seat": answer.seat,
        "wardian.role": answer.role,
        "wardian.state": answer.state,
        "wardian.round": answer.round,
        "wardian.weight": answer.weight,
        "wardian.simulated": answer.simulated,
    }
    if answer.finish is not None:
        known[gen_ai.FINISH_REASONS] = (answer.finish,)
    if answer.failure is not None:
        known |= {gen_ai.ERROR_TYPE: answer.failure.kind, "wardian.cause": answer.failure.cause}
    return known | cost(answer.cost_usd)


def _decision_attributes(fusion: FusionResult, decision: Decision) -> Known:
    known: dict[str, str | float | bool | tuple[str, ...] | None] = {
        "wardian.fusion": fusion.name,
        "wardian.mode": fusion.mode_executed,
        "wardian.mode_requested": fusion.mode_requested,
        "wardian.status": fusion.status,
        "wardian.degraded": fusion.degraded or None,
        "wardian.ended": fusion.ended,
        "wardian.decided_by": decision.by,
        "wardian.winner": decision.winner or None,
        "wardian.votes": tuple(f"{tally.weight:g}: {', '.join(tally.seats)}" for tally in decision.votes) or None,
        "wardian.share": decision.share,
        "wardian.margin": decision.margin,
        "wardian.confidence": decision.confidence,
        "wardian.order_conflict": decision.order_conflict,
    }
    return {name: value for name, value in known.items() if value is not None}
