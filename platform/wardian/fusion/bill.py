"""What one fused answer may cost, and does."""

from wardian.base.fused import Answer
from wardian.base.messages import Request
from wardian.base.usage import Usage
from wardian.fusion.tariffs import Tariffs
from wardian.models.budgets.amount import NOTHING, Amount, Cap, picodollars
from wardian.models.encoding import BYTES_PER_TOKEN, EXPECTED_ANSWER_TOKENS
from wardian.specs.fusion.budget import FusionBudget

__all__ = ["Bill"]


class Bill:
    """Reserves the worst case of every call before it is made, and counts what it took.

    Args:
        budget: the most that one answer may take.
        tariffs: the prices.
    """

    def __init__(self, budget: FusionBudget, tariffs: Tariffs) -> None:
        self._cap = Cap(budget.calls, budget.tokens, None if budget.usd is None else picodollars(budget.usd))
        self._limited = budget != FusionBudget()
        self._tariffs = tariffs
        self._taken = NOTHING
        self._written = 0
        self._writing_s = 0.0

    def affords(self, *calls: tuple[str, Request]) -> bool:
        """Whether all of these, of models with what they are asked, fit into what is left."""
        if not self._limited:
            return True
        worst = sum((self._tariffs.worst(model, request) for model, request in calls), NOTHING)
        return self._fits(self._cap.counted(worst))

    def reserve(self, model: str, request: Request) -> Amount | None:
        """Set aside what the call can take at most; None when there is not so much left."""
        if not self._limited:
            return NOTHING
        worst = self._cap.counted(self._tariffs.worst(model, request))
        if not self._fits(worst):
            return None
        self._taken += worst
        return worst

    def settle(self, reserved: Amount, answer: Answer) -> None:
        """Count what the call took instead of what was set aside for it."""
        if answer.ok:
            self._written += answer.usage.output_tokens
            timing = answer.timing
            self._writing_s += timing.total_s if timing.replayed else answer.ended_s - answer.began_s
        if self._limited:
            money = reserved.picodollars if answer.cost_usd is None else picodollars(answer.cost_usd)
            calls = 1 if answer.inside is None else len(answer.inside.answers)
            self._taken += self._cap.counted(Amount(calls, answer.usage.total, money)) - reserved

    def cut_off(self, model: str, request: Request, seconds: float) -> tuple[Usage, float | None]:
        """What a call took that was given up `seconds` after it was sent: an estimate, and its price.

        The prompt is paid for in full, the answer as far as it came: the others' tokens per second tell how far.
        """
        prompt = sum(len(message.wire) for message in request.messages) + sum(len(tool.wire) for tool in request.tools)
        longest = request.sampling.max_tokens or EXPECTED_ANSWER_TOKENS
        written = self._written / self._writing_s * seconds if self._writing_s > 0 else longest
        usage = Usage(
            input_tokens=prompt // BYTES_PER_TOKEN, output_tokens=round(min(written, longest)), estimated=True
        )
        return usage, self._tariffs.usd(model, usage)

    def _fits(self, amount: Amount) -> bool:
        return self._cap.counted(self._taken + amount).fits(self._cap.amount)
