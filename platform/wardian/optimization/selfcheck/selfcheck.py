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
from wardian.optimization.selfcheck.studies import STUDIES, Play

__all__ = ["NAMES", "SelfCheck", "selfcheck"]

NAMES = (*STUDIES, "kills")
"""What can be checked."""


class SelfCheck(Frozen):
    """All findings."""

    seed: int
    extent: Extent
    findings: tuple[Finding, ...]

    @property
    def kept(self) -> bool:
        """Whether every promise is kept."""
        return all(finding.kept is not False for finding in self.findings)


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
        tell: hears what is checked next.
    """
    wanted, findings = set(only), list[Finding]()
    with _players(processes) as play:
        for name in NAMES:
            if name in wanted:
                tell(name)
                findings += kills(extent, seed) if name == "kills" else STUDIES[name](extent, seed, play)
    return SelfCheck(seed=seed, extent=extent, findings=tuple(findings))


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
