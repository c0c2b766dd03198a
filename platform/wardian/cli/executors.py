"""Who plays: this process, or workers on Ray."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from socket import gethostname
from time import time_ns

from rich.console import Console

from wardian.assembly import WorkOrder, open_play, opened_budgets
from wardian.base.clock import SystemClock
from wardian.base.identity import digest
from wardian.base.memory import collect_rarely
from wardian.models.accounts import lanes_of
from wardian.models.quota import LocalQuota
from wardian.runs.executor import WatchableExecutor
from wardian.runs.leases.tenure import Tenure
from wardian.runs.local import LocalExecutor

__all__ = ["INSIDE_JOB", "open_executor"]

INSIDE_JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"
"""Ray sets it for drivers that `ray job submit` started: their code is on the cluster already."""


@asynccontextmanager
async def open_executor(
    order: WorkOrder, tenure: Tenure, environ: Mapping[str, str], console: Console
) -> AsyncIterator[WatchableExecutor]:
    """The executor that the job names, ready to play."""
    spec = order.job.executor
    if spec.kind == "local":
        pool = order.pool
        quota = LocalQuota(pool.limits, SystemClock(), lanes_of(pool, order.secrets(environ)))
        holder = digest([gethostname(), os.getpid(), time_ns()])
        async with (
            opened_budgets(order, holder) as budgets,
            open_play(order, quota, environ, budgets=budgets) as play,
        ):
            collect_rarely()
            yield LocalExecutor(play, spec.concurrency, play.lanes, play.settled)
    else:
        from wardian.cluster.executor import RayExecutor
        from wardian.cluster.session import ray_session

        joined = nullcontext() if tenure.lasting else ray_session(spec, inside_job=INSIDE_JOB in environ)
        with joined:
            yield RayExecutor(order, spec, tenure, say=partial(console.print, highlight=False, soft_wrap=True))
