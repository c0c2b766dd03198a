"""Whether a budget can be kept: who does not know a price or an answer's length cannot reserve a worst case."""

from collections.abc import Iterable, Iterator, Mapping

from wardian.specs.agents import AgentSpec
from wardian.specs.budget import BudgetSpec
from wardian.specs.models import ModelSpec
from wardian.specs.names import BadName

__all__ = ["costs_money", "unbounded", "unpriced"]


def costs_money(model: ModelSpec) -> bool:
    """Whether somebody may send a bill: not for a server that the job starts itself, nor for a simulator."""
    return model.server is None and not (model.base_url or "").startswith("sim://")


def unpriced(key: str, budget: BudgetSpec, models: Mapping[str, ModelSpec]) -> Iterator[BadName]:
    """The models without a price that a budget in dollars at `key` cannot be kept for."""
    for name, model in models.items():
        if budget.usd is not None and model.price is None and costs_money(model):
            needed = "price: {input: …, output: …} ($ per million tokens)"
            text = f"{key}.usd cannot be kept without its price; add {needed}"
            yield BadName(("models", name), text)


def unbounded(
    key: str, budget: BudgetSpec, agent: AgentSpec, index: int, models: Iterable[ModelSpec]
) -> Iterator[BadName]:
    """The agent, when nobody knows how long its answers can be and a budget counts their tokens."""
    if agent.kind != "tools" or agent.sampling.max_tokens is not None:
        return
    for model in models:
        counted = budget.tokens is not None or (budget.usd is not None and model.price is not None)
        if counted and model.max_output_tokens is None and model.dialect != "anthropic":
            text = f"{key} cannot be kept without a limit: set sampling.max_tokens, or max_output_tokens of the model"
            yield BadName(("agents", index), text)
            return
