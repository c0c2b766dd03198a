"""A run that this process holds, opened with everything that is needed to play it."""

import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from wardian.assembly import WorkOrder, budget_places
from wardian.base.clock import SystemClock
from wardian.cli.executors import Playing, open_executor
from wardian.cli.interruption import Interruption
from wardian.cli.rescoring import scorers_of
from wardian.environments.pack import Pack
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.endpoint import RunningServer
from wardian.runs.executor import Sink
from wardian.runs.folder import RunFolder
from wardian.runs.holding import hold
from wardian.runs.journal import Journal
from wardian.runs.keys import Keys
from wardian.runs.leases.tenure import Tenure
from wardian.runs.plan import Plan
from wardian.runs.sharing import try_to_share
from wardian.scoring.finished import Finished
from wardian.servers import running_servers
from wardian.specs.job import JobSpec
from wardian.tracking.summary import TRACKED

__all__ = ["Host", "OpenRun", "Say", "opened_run"]

SHARED: Final = ("leaderboard.json", "leaderboard.md", "sweep.md", "outbox", TRACKED, "logs")
"""What a run leaves beside its tables, and others look for."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class Host:
    """A cluster to which a run belongs.

    Args:
        roots: the folders of packs where the command was typed.
        tables: opens the sink that makes tables.
        patience_s: how long whoever held the run before may still seem to.
        inherited: whether that one was lost while it played.
    """

    roots: Sequence[Path]
    tables: Callable[[RunFolder, Plan], Sink]
    patience_s: float = 0.0
    inherited: bool = False


@dataclass(frozen=True)
class OpenRun:
    """A run with what plays it.

    Args:
        folder: of the run.
        job: what it is, with full paths.
        packs: by the environment's name in the job.
        plan: the episodes of the job; one that grows begins with none of them.
        finished: keys of episodes that have a result, and are not played again.
        journal: of the run.
        order: what workers need to know.
        playing: who plays.
        interruption: whether somebody wants it to stop.
        say: takes a line for whoever waits.
        host: the cluster to which it belongs, when this process is an actor there.
    """

    folder: RunFolder
    job: JobSpec
    packs: Mapping[str, Pack]
    plan: Plan
    finished: Keys
    journal: Journal
    order: WorkOrder
    playing: Playing
    interruption: Interruption
    say: Say
    host: Host | None


@asynccontextmanager
async def opened_run(
    folder: RunFolder,
    job: JobSpec,
    environ: Mapping[str, str],
    console: Console,
    *,
    host: Host | None = None,
    grows: bool = False,
) -> AsyncIterator[OpenRun]:
    """Become the only one who plays the run, before anything else of it is touched; then open what plays it.

    Args:
        folder: of the run.
        job: what it is.
        environ: where the keys are.
        console: what is said goes there.
        host: the cluster to which the run belongs, when this is an actor there.
        grows: whether what is played depends on results: then also what somebody else broke is not played again.

    Raises:
        ConfigError: for what the user must mend, or when somebody else plays the run.
    """
    roots = (*(host.roots if host else ()), *bundled_roots())
    say = partial(console.print, highlight=False, soft_wrap=True)
    async with AsyncExitStack() as stack:
        await hold(folder.store, SystemClock(), host.patience_s if host else 0.0)
        stack.callback(folder.store.release)
        stack.callback(try_to_share, folder, say, *SHARED)
        journal = Journal(folder.store, job.durability)
        stack.push_async_callback(journal.close)
        if host is None:  # a coordinator may have been asked before it was lost
            folder.ask_to_stop(None)  # whoever finds the run held may ask from here on
        job = folder.record(job)
        packs = load_packs(job, roots)
        plan = Plan(job, packs)
        folder.note_scorers(scorers_of(folder, job.scorers).cards)
        servers = await stack.enter_async_context(_servers(folder, job, roots))
        order = _order(folder, job, environ, packs, servers, roots)
        finished = Keys(each.result.episode for each in _settled(folder, grows=grows))
        planned = math.inf if grows else max(len(plan) - len(finished), 0)
        inherited = host is not None and host.inherited
        tenure = Tenure(folder.begin_epoch(), finished, lasting=host is not None, inherited=inherited, planned=planned)
        playing = await stack.enter_async_context(open_executor(order, tenure, environ, console))
        interruption = Interruption(console, lambda: folder.stop_request, signals=host is None)
        yield OpenRun(folder, job, packs, plan, finished, journal, order, playing, interruption, say, host)


def _settled(folder: RunFolder, *, grows: bool) -> Iterator[Finished]:
    return folder.latest() if grows else folder.finished()


def _order(
    folder: RunFolder,
    job: JobSpec,
    environ: Mapping[str, str],
    packs: Mapping[str, Pack],
    servers: dict[str, RunningServer],
    roots: tuple[Path, ...],
) -> WorkOrder:
    return WorkOrder(
        job=job,
        run=folder.id,
        servers=servers,
        roots=roots,
        digests={name: pack.digest for name, pack in packs.items()},
        budgets=budget_places(job, folder, environ),
        store=folder.url,
        hangs=folder.hangs,
    )


@asynccontextmanager
async def _servers(folder: RunFolder, job: JobSpec, roots: Sequence[Path]) -> AsyncIterator[dict[str, RunningServer]]:
    """The job's own servers; on the ports that they had, for workers of an earlier epoch may still use them."""
    async with running_servers(job, folder.job_file, folder.logs, roots, folder.servers()) as servers:
        folder.note_servers(servers)
        yield servers
