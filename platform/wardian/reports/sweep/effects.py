"""What each setting does by itself, over all values of the others."""

from collections.abc import Iterator, Sequence

import numpy as np

from wardian.optimization.sweeps.record import SweepRecord
from wardian.reports.sweep.ledger import Ledger, Numbers
from wardian.reports.sweep.standing import SettingEffect
from wardian.scoring.statistics import common_level, simultaneous_difference
from wardian.specs.environments import KnobValue

__all__ = ["setting_effects"]

MOST = 12
"""Values of a setting that are averaged over others; of a drawn number each is another one, which says nothing."""


def setting_effects(record: SweepRecord, ledger: Ledger) -> tuple[SettingEffect, ...]:
    """Every value of every setting that has a few, in the first block: later ones only have who was good in it."""
    if not record.blocks:
        return ()
    first = record.blocks[0].configs
    columns = ledger.together(first)
    if not columns.any():
        return ()
    rows = dict(zip(first, ledger.rows_by_task(first, columns), strict=True))
    return tuple(effect for setting in record.configs[0].settings for effect in _effects(record, rows, setting))


def _effects(record: SweepRecord, rows: dict[int, Numbers], setting: str) -> Iterator[SettingEffect]:
    groups: dict[KnobValue, list[int]] = {}
    for number in rows:
        groups.setdefault(record.configs[number].settings[setting], []).append(number)
    if not 1 < len(groups) <= MOST:
        return
    means = np.array([_mean(rows, members) for members in groups.values()])
    level, best = common_level(means, record.alpha), int(np.argmax(means.mean(axis=1)))
    for place, (value, members) in enumerate(groups.items()):
        difference = None if place == best else simultaneous_difference(means[place] - means[best], level)
        mean = float(means[place].mean())
        yield SettingEffect(setting=setting, value=value, configs=len(members), mean=mean, difference=difference)


def _mean(rows: dict[int, Numbers], members: Sequence[int]) -> Numbers:
    """Task by task, over all configurations with one value."""
    return np.asarray(np.mean([rows[member] for member in members], axis=0))
