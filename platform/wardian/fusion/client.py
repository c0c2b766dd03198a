"""A fusion as a model: what agents, users, judges and gateways ask."""

import asyncio

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult, FusionStatus
from wardian.base.messages import Request
from wardian.base.usage import CallTiming
from wardian.fusion.agreement import Agreement
from wardian.fusion.bill import Bill
from wardian.fusion.call import FusionCall
from wardian.fusion.call_ids import reissued
from wardian.fusion.failed import FusionFailed
from wardian.fusion.lines import OpenLines
from wardian.fusion.modes.mode import FusionMode, Outcome
from wardian.fusion.tariffs import UNKNOWN, Tariffs
from wardian.specs.fusion.modes import FusionSpec

__all__ = ["FusedClient"]


class FusedClient:
    """Several models that answer as one, in this process.

    Args:
        name: `fusion/NAME`.
        spec: what the config says of it.
        mode: makes one answer of many.
        clock: the time.
        tariffs: the prices of everybody who is asked.
        whole_panel: whether it fails with a member that never will answer (`FusionCall.check`), as an arm of a run
            has to. Otherwise that is one member's error like any other.
    """

    def __init__(
        self,
        name: str,
        spec: FusionSpec,
        mode: FusionMode,
        clock: Clock,
        tariffs: Tariffs = UNKNOWN,
        *,
        whole_panel: bool = True,
    ) -> None:
        self.name = name
        self._spec = spec
        self._mode = mode
        self._clock = clock
        self._tariffs = tariffs
        self._whole_panel = whole_panel
        self._agreement = Agreement(spec.agree, spec.tools)

    async def complete(self, request: Request) -> Completion:
        """The fused answer, with the usage and the cost of all calls, and the record of them in `fusion`.

        Raises:
            FusionFailed: kind "all_members_failed", when no member answered; or that of a member who gave no answer
                for a reason of ours (cause "infra") or never will, since without it this is another panel.
        """
        bill = Bill(self._spec.budget, self._tariffs)
        call = FusionCall(request, self._agreement, self._clock, self._spec.collect.deadline_s, bill)
        call.whole_panel = self._whole_panel
        try:
            async with OpenLines() as call.lines:
                outcome = await self._mode.settle(call)
        except asyncio.CancelledError as error:
            error.args = (*error.args, self._result(call, None))  # who asked has to pay for it all the same
            raise
        except ModelError as error:
            raise FusionFailed(error, self._result(call, None)) from error
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

    def _result(self, call: FusionCall, outcome: Outcome | None) -> FusionResult:
        known = {} if outcome is None else {"decision": outcome.decision, "ended": outcome.ended}
        status: FusionStatus = "degraded" if call.degraded else "ok"
        return FusionResult(
            name=self.name,
            mode_requested=self._spec.mode,
            mode_executed=self._spec.mode if outcome is None else outcome.mode,
            status="error" if outcome is None else status,
            degraded=tuple(call.degraded),
            answers=call.answers,
            elapsed_s=call.elapsed_s,
            **known,
        )
