"""A fusion as a model: what agents, users, judges and gateways ask."""

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.fused import FusionResult
from wardian.base.messages import Request
from wardian.base.usage import CallTiming
from wardian.fusion.agreement import Agreement
from wardian.fusion.call import FusionCall
from wardian.fusion.call_ids import reissued
from wardian.fusion.modes.mode import FusionMode, Outcome
from wardian.specs.fusion.modes import FusionSpec

__all__ = ["FusedClient"]


class FusedClient:
    """Several models that answer as one, in this process.

    Args:
        name: `fusion/NAME`.
        spec: what the config says of it.
        mode: makes one answer of many.
        clock: the time.
    """

    def __init__(self, name: str, spec: FusionSpec, mode: FusionMode, clock: Clock) -> None:
        self.name = name
        self._spec = spec
        self._mode = mode
        self._clock = clock
        self._agreement = Agreement(spec.agree, spec.tools)

    async def complete(self, request: Request) -> Completion:
        """The fused answer, with the usage and the cost of all calls, and the record of them in `fusion`.

        Raises:
            ModelError: kind "all_members_failed", when no member answered; or that of a member who gave no answer
                for a reason of ours (cause "infra") or never will, since without it this is another panel.
        """
        call = FusionCall(request, self._agreement, self._clock, self._spec.collect.deadline_s)
        outcome = await self._mode.settle(call)
        return self._completion(call, outcome)

    def _completion(self, call: FusionCall, outcome: Outcome) -> Completion:
        result = self._result(call, outcome)
        timing = CallTiming.joined((answer.timing for answer in result.answers if answer.message), max)
        return Completion(
            message=reissued(outcome.message, call.request),
            finish=outcome.finish,
            model=self.name,
            usage=result.usage,
            cost_usd=result.cost_usd,
            timing=timing.model_copy(update={"total_s": max(timing.total_s, result.elapsed_s)}),
            simulated=any(answer.simulated for answer in result.answers),
            fusion=result,
        )

    def _result(self, call: FusionCall, outcome: Outcome) -> FusionResult:
        return FusionResult(
            name=self.name,
            mode_requested=self._spec.mode,
            mode_executed=outcome.mode,
            status="degraded" if call.degraded else "ok",
            degraded=tuple(call.degraded),
            answers=call.answers,
            decision=outcome.decision,
            ended=outcome.ended,
            elapsed_s=call.elapsed_s,
        )
