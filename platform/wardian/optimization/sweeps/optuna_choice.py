"""Optuna as the one who chooses which configurations play (extra `optuna`)."""

from collections.abc import Iterator, Sequence
from itertools import islice

from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.logging import WARNING, set_verbosity
from optuna.samplers import TPESampler
from optuna.study import Study, create_study
from optuna.trial import Trial, TrialState

from wardian.base.identity import derive_seed
from wardian.optimization.sweeps.flat import Config
from wardian.specs.environments import KnobValue

__all__ = ["OptunaChoice"]

TRIES = 16
"""Proposals for each place in a batch; Optuna comes back to what is known, and nobody is played twice."""


class OptunaChoice:
    """Asks Optuna for batches of configurations out of a grid, by a seeded tree-structured Parzen estimator.

    Args:
        configs: the grid.
        wanted: how many of them are played.
        batch: how many at a time.
        seed: of the job.
    """

    def __init__(self, configs: Sequence[Config], wanted: int, batch: int, seed: int) -> None:
        set_verbosity(WARNING)
        sampler = TPESampler(seed=derive_seed(seed, "sweep", "optuna") % 2**32, constant_liar=True)
        self._study: Study = create_study(direction="maximize", sampler=sampler)
        self._known = {tuple(each.settings.values()): each.number for each in configs}
        self._values: dict[str, list[KnobValue]] = {
            name: list(dict.fromkeys(each.settings[name] for each in configs)) for name in configs[0].settings
        }
        self._space: dict[str, BaseDistribution] = {
            name: CategoricalDistribution(list(range(len(each)))) for name, each in self._values.items()
        }
        self._left = min(wanted, len(configs))
        self._batch = batch
        self._asked: dict[int, Trial] = {}
        self._seen: set[int] = set()

    def ask(self) -> Sequence[int]:
        """The next batch; nobody when there were enough, or Optuna has nothing new to say."""
        self._asked = {}
        for number, trial in islice(self._proposals(), min(self._batch, self._left)):
            self._asked[number] = trial
        self._left -= len(self._asked)
        self._seen.update(self._asked)
        return tuple(self._asked)

    def tell(self, means: Sequence[float | None]) -> None:
        """What came of the batch; of one without results, that it failed."""
        for trial, mean in zip(self._asked.values(), means, strict=True):
            if mean is None:
                self._study.tell(trial, state=TrialState.FAIL)
            else:
                self._study.tell(trial, mean)

    def _proposals(self) -> Iterator[tuple[int, Trial]]:
        """Configurations that nobody has asked for yet."""
        for _ in range(TRIES * self._batch):
            trial = self._study.ask(self._space)
            settings = tuple(self._values[name][place] for name, place in trial.params.items())
            number = self._known[settings]
            if number in self._seen or number in self._asked:
                self._study.tell(trial, state=TrialState.FAIL)
            else:
                yield number, trial
