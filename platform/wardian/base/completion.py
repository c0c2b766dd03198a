"""A model's answer."""

from wardian.base.frozen import Frozen
from wardian.base.fused import FusionResult
from wardian.base.messages import Message
from wardian.base.usage import CallTiming, FinishReason, Usage

__all__ = ["Completion"]


class Completion(Frozen):
    """A model's answer. `cost_usd` None means that the price is unknown, which is not the same as free.

    `deployment` is the one of the model's deployments that answered; empty for a model with only one place. `fusion`
    says who said what, where several models answered as one: `usage` and `cost_usd` are those of all of them.
    """

    message: Message
    finish: FinishReason
    model: str
    usage: Usage = Usage()
    cost_usd: float | None = None
    timing: CallTiming = CallTiming()
    simulated: bool = False
    deployment: str = ""
    fusion: FusionResult | None = None

    @property
    def spent_usd(self) -> float | None:
        """What of the cost was paid now: answers out of the reply cache are free, also those in a fused one."""
        if self.fusion is not None:
            return self.fusion.spent_usd
        return 0.0 if self.timing.cached else self.cost_usd
