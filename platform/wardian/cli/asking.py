"""Asking the models of a job outside of any episode."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from socket import gethostname
from time import time_ns
from typing import Final

from wardian.assembly import WorkOrder, budget_places, open_models, opened_budgets
from wardian.base.clock import SystemClock
from wardian.base.identity import digest
from wardian.cli.starting import new_run
from wardian.environments.packs import bundled_roots
from wardian.models.accounts import lanes_of
from wardian.models.quota import LocalQuota
from wardian.reports.fusion.bench import Everybody
from wardian.runs.folder import RunFolder
from wardian.servers import running_servers
from wardian.specs.job import JobSpec

__all__ = ["HERE", "everybody_of", "passing_run"]

HERE: Final = ("executor={kind: local}", "tracking.enabled=false")
"""`--set` for what is no run: nobody but this process asks, and there are no curves."""


@contextmanager
def passing_run(job: JobSpec, environ: Mapping[str, str]) -> Iterator[RunFolder]:
    """A run's folder for servers, logs and budgets, gone in the end: nothing is played in it.

    Raises:
        ConfigError: what `new_run` finds wrong.
    """
    folder = new_run(job, environ)
    try:
        yield folder
    finally:
        folder.discard_if_unplayed()


@asynccontextmanager
async def everybody_of(folder: RunFolder, environ: Mapping[str, str]) -> AsyncIterator[Everybody]:
    """Everybody whom the agents of a run's job may ask, with its servers, rate limits and budgets.

    Raises:
        ConfigError: when a model or a server cannot be had.
    """
    job, roots, clock = folder.job(), bundled_roots(), SystemClock()
    async with running_servers(job, folder.job_file, folder.logs, roots) as servers:
        budgets = budget_places(job, folder, environ)
        order = WorkOrder(job=job, run=folder.id, servers=servers, roots=roots, budgets=budgets)
        quota = LocalQuota(order.pool.limits, clock, lanes_of(order.pool, order.secrets(environ)))
        async with (
            opened_budgets(order, digest([gethostname(), os.getpid(), time_ns()])) as payers,
            open_models(order, quota, environ, budgets=payers) as (clients, tariffs),
        ):
            yield Everybody(clients, clock, tariffs)
