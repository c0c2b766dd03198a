"""The poison test: a whole job runs where ray, mlflow and pyarrow cannot be imported."""

import subprocess
import sys
from pathlib import Path

from support.pages import ROOT

POISONED_JOB = """
import asyncio, sys
for name in ("ray", "mlflow", "pyarrow"):
    sys.modules[name] = None
from pathlib import Path
from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.quota import LocalQuota
from wardian.runs.folder_store import FolderStore
from wardian.runs.journal import Journal, load_record, read_journal
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.runs.run import run_job
from wardian.specs.load import load

async def main(config, folder):
    store = FolderStore(folder)
    job = load(config, environ={})
    order = WorkOrder(job=job, roots=bundled_roots())
    plan = Plan(job, load_packs(job, bundled_roots()))
    async with open_play(order, LocalQuota({}, SystemClock()), {}) as play:
        await run_job(plan, LocalExecutor(play, 8), [Journal(store)])
    records = [load_record(store, finished) for finished in read_journal(store)]
    print(sum(scored.value("success") == 1.0 for scored in records), len(plan))

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""

JOB = """
name: poisoned
environments: [{pack: retail, tasks: 5}]
agents: [{kind: reference}]
"""


def test_a_job_needs_neither_ray_nor_mlflow_nor_arrow(tmp_path: Path) -> None:
    config = tmp_path / "job.yaml"
    config.write_text(JOB)
    command = [sys.executable, "-c", POISONED_JOB, str(config), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["5", "5"]


def test_a_run_in_one_process_imports_no_ray() -> None:
    """It takes a second, and nobody there needs it."""
    code = (
        "import sys; sys.modules['ray'] = None; import wardian.cli.starting, wardian.cli.evaluation, wardian.cli.packs"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
