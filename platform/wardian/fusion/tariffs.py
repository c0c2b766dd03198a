"""What calls of a fusion's models may take at most, and what those took that were cut off."""

from collections.abc import Mapping, Sequence
from typing import Final

from wardian.base.messages import Request
from wardian.base.usage import Usage
from wardian.models.budgets.amount import NOTHING, Amount
from wardian.models.budgets.tariff import Tariff
from wardian.models.pricing import cost_usd
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.fusion.demand import Demand
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
        demand, total = Demand(spec), NOTHING
        for name, calls in demand.most.items():
            one = self.worst(name, request)
            total += Amount(one.requests * calls, one.tokens * calls, one.picodollars * calls)
        return total

    def usd(self, model: str, usage: Usage) -> float | None:
        """US dollars for `usage` of a model of the pool, at its preferred place; None when the price is unknown."""
        places = self._places.get(model)
        return cost_usd(places[0].price, usage) if places else None


UNKNOWN: Final = Tariffs({})
"""Nobody's prices are known."""
