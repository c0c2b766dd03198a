"""`wardian simulate`: a job's simulated models as a provider, for the job itself or for anybody."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from wardian.assembly import PackPlaybook, load_packs
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.environments.packs import bundled_roots
from wardian.simulator.app import SimulatorApp
from wardian.simulator.serve import serve
from wardian.specs.job import JobSpec
from wardian.specs.load import load
from wardian.specs.models import SimulatorServer
from wardian.specs.names import nearest

__all__ = ["serve_simulator"]


def serve_simulator(config: Path, server: str | None, port: int, environ: Mapping[str, str], *, child: bool) -> None:
    """Serve until interrupted; as a `child`, until stdin ends.

    `config` is a job's YAML, or the resolved `job.json` of a run.
    """
    resolved = config.suffix == ".json"
    job = JobSpec.model_validate_json(config.read_bytes()) if resolved else load(config, environ=environ)
    playbook = PackPlaybook(load_packs(job, bundled_roots()))
    app = SimulatorApp(_simulator(job, server), playbook, SystemClock())
    asyncio.run(serve(app, port=port, child=child))


def _simulator(job: JobSpec, name: str | None) -> SimulatorServer:
    simulators = {label: spec for label, spec in job.servers.items() if spec.kind == "simulator"}
    if name is None and len(simulators) == 1:
        return next(iter(simulators.values()))
    if name not in simulators:
        raise ConfigError(f"servers: the job has no simulator '{name}'; {nearest(name or '', simulators)}")
    return simulators[name]
