"""What a job says about a sweep: which configurations of an agent are compared, and how many of them to the end."""

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, Tag, model_validator

from wardian.base.frozen import Frozen
from wardian.specs.environments import KnobValue
from wardian.specs.names import Label
from wardian.specs.tags import tagged_by

__all__ = [
    "Axis",
    "GridSampler",
    "OptunaSampler",
    "QmcSampler",
    "RandomSampler",
    "Range",
    "SweepEnding",
    "SweepSpec",
]


class Range(Frozen):
    """Numbers between two bounds; a grid takes `steps` of them."""

    low: float
    """The least."""
    high: float
    """The most."""
    steps: Annotated[int, Field(ge=2, le=1_000)] = 3
    """For a grid: so many, evenly apart, both bounds among them."""
    log: bool = False
    """On a logarithmic scale."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError("low must be less than high, and more than 0 on a logarithmic scale")
        return self


Axis = Annotated[tuple[KnobValue, ...], Field(min_length=1)] | Range
"""The values that one setting takes."""


class GridSampler(Frozen):
    """Every combination."""

    kind: Literal["grid"] = "grid"


class RandomSampler(Frozen):
    """Combinations drawn at random."""

    kind: Literal["random"]
    configs: PositiveInt
    """How many."""


class QmcSampler(Frozen):
    """Combinations that fill the space evenly (a scrambled Sobol sequence)."""

    kind: Literal["qmc"]
    configs: PositiveInt
    """How many."""


class OptunaSampler(Frozen):
    """Combinations of the grid that Optuna asks for, told what earlier ones did in the first block (extra `optuna`)."""

    kind: Literal["optuna"]
    configs: PositiveInt
    """How many."""
    batch: PositiveInt = 8
    """How many are asked for at a time, and played together."""


Sampler = Annotated[
    Annotated[GridSampler, Tag("grid")]
    | Annotated[RandomSampler, Tag("random")]
    | Annotated[QmcSampler, Tag("qmc")]
    | Annotated[OptunaSampler, Tag("optuna")],
    tagged_by("kind", usual="grid"),
]
SweepEnding = Literal["halving", "safe", "full"]


class SweepSpec(Frozen):
    """Configurations of one agent, compared on common blocks of tasks.

    See `docs/guides/sweep.md`.
    """

    agent: Label | None = None
    """Which agent of the job is varied; by default its only one. The others play all episodes beside the sweep."""
    over: Annotated[dict[str, Axis], Field(min_length=1)]
    """By setting: `model` (names of the pool or `fusion/NAME`), `prompt` (names of `prompts`), `temperature`, `top_p`,
    `max_tokens`, or `environments.NAME.KNOB`, of which every value makes an environment that all configurations play:
    how hard it is, is no choice of theirs."""
    sampler: Sampler = GridSampler()
    """Which combinations."""
    ending: SweepEnding = "halving"
    """`halving`: half of the configurations stay after each block, the last two to the end; `safe`: one goes when an
    e-process says that another would be better at the end, with a chance of `alpha` that any such is wrong; `full`: all
    play everything."""
    block: Annotated[int, Field(ge=2)] | None = None
    """Episodes of each configuration in the first block; by default an eighth of all that it could play, but no fewer
    than 4. With `halving` each following block has as many as all before, with `safe` all have as many."""
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """For `safe`, and for the report's simultaneous intervals."""
    metric: str = "success"
    """What is compared: a metric in [0, 1] of which more is better."""

    def draws(self, arm: str) -> str:
        """The name of the draws of an arm: all configurations have the same, so that fusions share their panel."""
        return self.agent if self.agent is not None and arm.startswith(f"{self.agent}@") else ""
