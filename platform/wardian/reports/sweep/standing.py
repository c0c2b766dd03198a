"""A sweep's outcome as values."""

from collections.abc import Mapping
from typing import Literal

from wardian.base.frozen import Frozen
from wardian.scoring.statistics import Estimate
from wardian.specs.environments import KnobValue
from wardian.specs.sweeps import SweepEnding

__all__ = ["ConfigStanding", "SettingEffect", "SweepReport"]

VAGUE = 1.5
"""The width of an interval, of the 2 that a difference of shares can have, beyond which it is not worth a number."""


class ConfigStanding(Frozen):
    """One configuration, or an arm beside the sweep.

    Args:
        arm: its name in every other table.
        settings: what makes it different; empty for an arm beside the sweep.
        episodes: that it played.
        missing: those of them that somebody else broke.
        value: the metric, as it would be on all that the best one played, by the difference on what both did.
        versus_best: this one minus the best, on what both played; None for the best itself, or without a common task.
            All intervals hold at once, although the best was chosen afterwards and others were dropped on the way.
        cost_usd: an episode's, likewise; None when a price is unknown.
        dropped: why it did not go on; None for those that played to the end.
        front: whether no other one is better and no dearer.
    """

    arm: str
    settings: Mapping[str, KnobValue]
    episodes: int
    missing: int
    value: float | None
    versus_best: Estimate | None
    cost_usd: float | None
    dropped: Literal["behind", "worse", "missing"] | None = None
    front: bool = False

    @property
    def separated(self) -> bool:
        """Whether it is shown to be worse than the best."""
        shown = self.versus_best
        return shown is not None and shown.high is not None and shown.high < 0

    @property
    def telling(self) -> bool:
        """Whether its numbers say anything: not where it was dropped so soon that it may be nearly anything."""
        shown = self.versus_best
        if self.dropped is None or shown is None or self.separated:
            return True
        return shown.low is not None and shown.high is not None and shown.high - shown.low <= VAGUE


class SettingEffect(Frozen):
    """One value of one setting, over all others: the first block alone, which everybody has played.

    `difference` is to the setting's best value; None for that one.
    """

    setting: str
    value: KnobValue
    configs: int
    mean: float
    difference: Estimate | None


class SweepReport(Frozen):
    """What is said of a sweep.

    Args:
        run: its id.
        agent: the one that is varied.
        metric: what is compared.
        ending: how configurations were dropped.
        level: the share of sweeps in which all intervals hold.
        cells: episodes that each configuration could play.
        episodes: that configurations have played.
        factorial: what it would be if all had played everything.
        done: whether the sweep has come to its end.
        simulated: whether only simulators answered.
        best: the arm that came first; None before there is any.
        standings: the best first; those beside the sweep are last.
        effects: setting by setting.
    """

    run: str
    agent: str
    metric: str
    ending: SweepEnding
    level: float
    cells: int
    episodes: int
    factorial: int
    done: bool
    simulated: bool = False
    best: str | None = None
    standings: tuple[ConfigStanding, ...] = ()
    effects: tuple[SettingEffect, ...] = ()

    @property
    def rivals(self) -> tuple[ConfigStanding, ...]:
        """Configurations that played to the end and cannot be told from the best."""
        return tuple(each for each in self._others if each.dropped is None and not each.separated)

    @property
    def unproven(self) -> tuple[ConfigStanding, ...]:
        """Those that were dropped before they were shown to be worse."""
        shown = (each for each in self._others if each.dropped in ("behind", "missing"))
        return tuple(each for each in shown if not each.separated)

    @property
    def winner(self) -> str | None:
        """The best, where it is shown to be better than all that played to the end; None when nobody is."""
        return self.best if self.best is not None and not self.rivals else None

    @property
    def _others(self) -> list[ConfigStanding]:
        return [each for each in self.standings if each.settings and each.arm != self.best]
