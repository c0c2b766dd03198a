"""What calls of a fusion's models may take at most, and what those took that were cut off."""

from collections.abc import Mapping, Sequence
from typing import Final

from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.models.budgets.amount import NOTHING, Amount
from wardian.models.budgets.tariff import Tariff
from wardian.models.encoding import BYTES_PER_TOKEN
from wardian.models.pricing import cost_usd
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.fusion.demand import Demand
from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.fusion.panels import Panels

__all__ = ["UNKNOWN", "Tariffs"]


class Tariffs:
    """The prices of everybody who may sit on a panel.

    Args:
        places: where each model of the pool may answer, the preferred place first.
        panels: the fusions, where a member may be one.
    """

    def __init__(self, places: Mapping[str, Sequence[EndpointSpec]], panels: Panels | None = None) -> None:
        self._places = places
        self._tariffs = {model: [Tariff(spec) for spec in specs] for model, specs in places.items()}
        self._panels = panels

    def worst(self, model: str, request: Request) -> Amount:
        """The most that `model` (of the pool, or `fusion/NAME`) can take to answer, at whichever place."""
        spec = None if self._panels is None else self._panels.specs.get(model)
        if spec is None:
            quotes = [tariff.quote(request).worst for tariff in self._tariffs.get(model, ())]
            return max(quotes, key=lambda quote: quote.picodollars, default=Amount(requests=1))
        demand, total, tools = Demand(spec), NOTHING, bool(request.tools)
        longer = request.model_copy(update={"messages": (*request.messages, _longest_candidate(spec))})
        for name, calls in demand.most(tools=tools).items():
            one, read = self.worst(name, request), demand.judged(tools=tools).get(name, 0)
            total += one.times(calls)
            if read:
                total += (self.worst(name, longer) - one).times(read)
        return total

    def usd(self, model: str, usage: Usage) -> float | None:
        """US dollars for `usage` of a model of the pool, at its preferred place; None when the price is unknown."""
        places = self._places.get(model)
        return cost_usd(places[0].price, usage) if places else None


def _longest_candidate(spec: FusionSpec) -> Message:
    """As much as a judge reads of one answer at most."""
    tokens = 0 if spec.judge is None else spec.judge.max_candidate_tokens
    return Message(role="user", content="x" * tokens * BYTES_PER_TOKEN)


UNKNOWN: Final = Tariffs({})
"""Nobody's prices are known."""
