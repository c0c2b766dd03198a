"""Plays simulated campaigns and compares what comes of them with what is promised."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from wardian.base.frozen import Frozen
from wardian.optimization.selfcheck.ended import Ended
from wardian.optimization.selfcheck.extent import Extent
from wardian.optimization.selfcheck.finding import Finding
from wardian.optimization.selfcheck.kills import kills
from wardian.optimization.selfcheck.playing import played
from wardian.optimization.selfcheck.scenario import Scenario
from wardian.optimization.selfcheck.studies import STUDIES, Play, Study

__all__ = ["NAMES", "Checked", "SelfCheck", "selfcheck"]

CHECKS = {**STUDIES, "kills": Study("kill -9 at random points, in the middle of a write", kills)}
NAMES = tuple(CHECKS)
"""What can be checked."""


class Checked(Frozen):
    """What one study found."""

    name: str
    about: str
    findings: tuple[Finding, ...]


class SelfCheck(Frozen):
    """All that was found."""

    seed: int
    extent: Extent
    checks: tuple[Checked, ...]

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The promises that are not kept; goals of pace are none."""
        every = (each for check in self.checks for each in check.findings)
        return tuple(each for each in every if each.kept is False and not each.pace)


def selfcheck(
    extent: Extent,
    seed: int = 0,
    only: Iterable[str] = NAMES,
    processes: int = 1,
    tell: Callable[[str], None] = lambda name: None,
) -> SelfCheck:
    """Check these promises.

    Args:
        extent: how much is played.
        seed: all chance follows from it.
        only: names out of `NAMES`.
        processes: that play at once; with one, this process plays.
        tell: hears what is checked next, in a line.
    """
    wanted = set(only)
    with _players(processes) as play:
        checks = [_checked(name, extent, seed, play, tell) for name in NAMES if name in wanted]
    return SelfCheck(seed=seed, extent=extent, checks=tuple(checks))


def _checked(name: str, extent: Extent, seed: int, play: Play, tell: Callable[[str], None]) -> Checked:
    study = CHECKS[name]
    tell(study.about)
    return Checked(name=name, about=study.about, findings=tuple(study.find(extent, seed, play)))


@contextmanager
def _players(processes: int) -> Iterator[Play]:
    if processes == 1:
        yield lambda campaigns: [_ended(campaign) for campaign in campaigns]
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield lambda campaigns: _shared(pool, campaigns)


def _shared(pool: Executor, campaigns: Sequence[tuple[Scenario, int]]) -> list[Ended]:
    return list(pool.map(_ended, campaigns, chunksize=4))


def _ended(campaign: tuple[Scenario, int]) -> Ended:
    return Ended.of(played(*campaign))
