"""Who plays: this process, or workers on Ray."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from socket import gethostname
from time import time_ns

from rich.console import Console

from wardian.assembly import WorkOrder, open_play, opened_budgets
from wardian.base.clients import Quota
from wardian.base.clock import SystemClock
from wardian.base.identity import digest
from wardian.base.memory import collect_rarely
from wardian.models.accounts import lanes_of
from wardian.models.budgets.budgets import Budgets
from wardian.models.quota import LocalQuota
from wardian.runs.executor import WatchableExecutor
from wardian.runs.leases.tenure import Tenure
from wardian.runs.local import LocalExecutor

__all__ = ["INSIDE_JOB", "Playing", "open_executor"]

INSIDE_JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"
"""Ray sets it for drivers that `ray job submit` started: their code is on the cluster already."""


@dataclass(frozen=True)
class Playing:
    """Who plays, and what whoever asks models beside the episodes needs.

    Args:
        executor: who plays.
        slots: says how many episodes are played at once.
        quota: admission to the models' rate limits; on Ray that of this process alone.
        budgets: what calls of this process are paid with.
    """

    executor: WatchableExecutor
    slots: Callable[[], int]
    quota: Quota
    budgets: Budgets


@asynccontextmanager
async def open_executor(
    order: WorkOrder, tenure: Tenure, environ: Mapping[str, str], console: Console
) -> AsyncIterator[Playing]:
    """The executor that the job names, ready to play."""
    spec = order.job.executor
    pool = order.pool
    quota = LocalQuota(pool.limits, SystemClock(), lanes_of(pool, order.secrets(environ)))
    holder = digest([gethostname(), os.getpid(), time_ns()])
    if spec.kind == "local":
        async with (
            opened_budgets(order, holder) as budgets,
            open_play(order, quota, environ, budgets=budgets) as play,
        ):
            collect_rarely()
            executor = LocalExecutor(play, spec.concurrency, play.lanes, play.settled)
            yield Playing(executor, lambda: spec.concurrency, quota, budgets)
    else:
        from wardian.cluster.executor import RayExecutor
        from wardian.cluster.session import ray_session

        joined = nullcontext() if tenure.lasting else ray_session(spec, inside_job=INSIDE_JOB in environ)
        with joined:
            on_ray = RayExecutor(order, spec, tenure, say=partial(console.print, highlight=False, soft_wrap=True))
            own = Budgets(order.budgets, on_ray.exchange, holder, SystemClock())
            yield Playing(on_ray, lambda: on_ray.slots, quota, own)
