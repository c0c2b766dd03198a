"""Points of a space of settings: all of a grid, drawn at random, or spread evenly."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from math import ceil, log2
from typing import Final

from wardian.base.errors import ConfigError
from wardian.base.identity import derive_seed, random_stream
from wardian.specs.environments import KnobValue
from wardian.specs.sweeps import Axis, GridSampler, OptunaSampler, Range, SweepSpec

__all__ = ["Settings", "grid", "points"]

Settings = dict[str, KnobValue]
"""A value for each setting that is varied, in the order of the axes."""

MOST: Final = 4_096
"""Configurations of one sweep."""
TRIES: Final = 64
"""So many draws for each point that is wanted, before the space is taken to have no more."""
DIGITS: Final = 4
"""Significant ones of a number that is drawn; nobody tells finer ones apart."""


def points(spec: SweepSpec, over: Mapping[str, Axis], seed: int) -> tuple[Settings, ...]:
    """The different points of `over` that the sweep's sampler takes; Optuna chooses out of the grid.

    Raises:
        ConfigError: when they are more than anybody can look at; begins with the key.
    """
    sampler = spec.sampler
    if isinstance(sampler, GridSampler | OptunaSampler):
        return grid(over)
    if sampler.configs > MOST:
        raise ConfigError(f"sweep.sampler.configs: {sampler.configs:,} are more than {MOST:,}")
    drawn = _random(over, seed) if sampler.kind == "random" else _spread(over, seed, sampler.configs)
    found = {tuple(each.items()): each for each in islice(drawn, TRIES * sampler.configs)}
    return tuple(islice(found.values(), sampler.configs))


def grid(over: Mapping[str, Axis]) -> tuple[Settings, ...]:
    """Every combination, the last axis first.

    Raises:
        ConfigError: when they are more than anybody can look at; begins with the key.
    """
    steps = [_steps(axis) for axis in over.values()]
    size = 1
    for each in steps:
        size *= len(each)
    if size > MOST:
        raise ConfigError(f"sweep.over: {size:,} combinations are more than {MOST:,}; draw some with `sampler`")
    found = {values: dict(zip(over, values, strict=True)) for values in product(*steps)}
    return tuple(found.values())


def _steps(axis: Axis) -> tuple[KnobValue, ...]:
    """The values of one axis in a grid."""
    if not isinstance(axis, Range):
        return tuple(dict.fromkeys(axis))
    return tuple(dict.fromkeys(_at(axis, step / (axis.steps - 1)) for step in range(axis.steps)))


def _at(axis: Axis, place: float) -> KnobValue:
    """The value at `place`, from 0 to 1: of numbers by their scale, of a list by its order."""
    if not isinstance(axis, Range):
        return axis[min(int(place * len(axis)), len(axis) - 1)]
    if axis.log:
        return float(f"{axis.low * (axis.high / axis.low) ** place:.{DIGITS}g}")
    return float(f"{axis.low + (axis.high - axis.low) * place:.{DIGITS}g}")


def _random(over: Mapping[str, Axis], seed: int) -> Iterator[Settings]:
    stream = random_stream(seed, "sweep", "random")
    while True:
        yield {name: _at(axis, stream.random()) for name, axis in over.items()}


def _spread(over: Mapping[str, Axis], seed: int, wanted: int) -> Iterator[Settings]:
    """A scrambled Sobol sequence; only powers of two of its points are spread evenly, so they are drawn by those."""
    from scipy.stats import qmc  # takes a second, which nobody else should wait

    sequence = qmc.Sobol(len(over), scramble=True, seed=derive_seed(seed, "sweep", "qmc") % 2**32)
    rounds: Iterable[object] = sequence.random_base2(ceil(log2(max(wanted, 2)))).tolist()
    while True:
        for row in rounds:
            yield {name: _at(axis, float(place)) for (name, axis), place in zip(over.items(), _row(row), strict=True)}
        rounds = sequence.random(sequence.num_generated).tolist()


def _row(row: object) -> list[float]:
    return [float(each) for each in row] if isinstance(row, list) else []
