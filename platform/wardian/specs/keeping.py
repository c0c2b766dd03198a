"""Whether a budget can be kept: who does not know a price or an answer's length cannot reserve a worst case."""

from collections.abc import Iterable, Iterator

from wardian.specs.askers import Asker
from wardian.specs.budget import BudgetSpec
from wardian.specs.endpoints import Deployment, EndpointSpec
from wardian.specs.fusion.budget import FusionBudget
from wardian.specs.names import BadName

__all__ = ["unbounded", "unpriced"]

Counted = BudgetSpec | FusionBudget


def unpriced(key: str, budget: Counted, places: Iterable[Deployment]) -> Iterator[BadName]:
    """The places without a price that a budget in dollars at `key` cannot be kept for."""
    for place in places:
        if budget.usd is not None and place.spec.price is None and not place.spec.own:
            needed = "price: {input: …, output: …} ($ per million tokens)"
            text = f"{key}.usd cannot be kept without its price; add {needed}"
            yield BadName(place.path, text)


def unbounded(key: str, budget: Counted, asker: Asker, models: Iterable[EndpointSpec]) -> Iterator[BadName]:
    """Who asks, when nobody knows how long the answers can be and a budget counts their tokens."""
    if asker.sampling.max_tokens is not None:
        return
    for model in models:
        counted = budget.tokens is not None or (budget.usd is not None and model.price is not None)
        if counted and model.max_output_tokens is None and model.dialect != "anthropic":
            text = f"{key} cannot be kept without a limit: set sampling.max_tokens, or max_output_tokens of the model"
            yield BadName(asker.path, text)
            return
