"""What the benchmarks play: packs with one simulated model, its provider in a process of its own."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from wardian.assembly import WorkOrder
from wardian.environments.packs import bundled_roots, load_packs
from wardian.runs.plan import Plan
from wardian.servers import running_servers
from wardian.specs.job import JobSpec

HERE = Path(__file__).parent
ROOTS = (HERE / "packs", HERE.parent / "envs")
CONCURRENT = 100


def job_of(environment: dict[str, object], skill: dict[str, object], repeats: int = 1) -> JobSpec:
    """One agent with one simulated model in `environment`."""
    return JobSpec.model_validate(
        {
            "name": "bench",
            "environments": [environment],
            "servers": {"sim": {"kind": "simulator", "skills": {"m": skill}}},
            "models": {"m": {"server": "sim"}},
            "agents": [{"name": "a", "model": "m"}],
            "repeats": repeats,
        }
    )


def plan_of(job: JobSpec) -> Plan:
    """The episodes of `job`."""
    return Plan(job, load_packs(job, ROOTS))


@asynccontextmanager
async def ordered(job: JobSpec) -> AsyncIterator[WorkOrder]:
    """`job` with its simulated provider running; calls and records are written down, as in every run."""
    with tempfile.TemporaryDirectory() as folder:
        job_file = Path(folder) / "job.json"
        job_file.write_text(job.model_dump_json())
        async with running_servers(job, job_file, Path(folder), ROOTS) as servers:
            yield WorkOrder(job=job, servers=servers, roots=(*ROOTS, *bundled_roots()), store=folder)
