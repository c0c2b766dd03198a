"""From a sampler to whoever names the configurations that play."""

from collections.abc import Sequence

from wardian.base.errors import ConfigError
from wardian.optimization.sweeps.choice import Choice, Everybody
from wardian.optimization.sweeps.flat import Config
from wardian.specs.sweeps import OptunaSampler, SweepSpec

__all__ = ["choice_of"]


def choice_of(spec: SweepSpec, configs: Sequence[Config], seed: int) -> Choice:
    """Who chooses out of `configs`.

    Raises:
        ConfigError: when Optuna shall and is not installed.
    """
    sampler = spec.sampler
    if not isinstance(sampler, OptunaSampler):
        return Everybody(len(configs))
    try:
        from wardian.optimization.sweeps.optuna_choice import OptunaChoice
    except ModuleNotFoundError:
        raise ConfigError("sweep.sampler: Optuna is not installed; `pip install wardian[optuna]`") from None
    return OptunaChoice(configs, sampler.configs, sampler.batch, seed)
