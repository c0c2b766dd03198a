"""`wardian simulate`: a job's simulated models as a provider, for the job itself or for anybody."""

import os
from collections.abc import Mapping
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.cli.loading import load
from wardian.environments.packs import bundled_roots, load_packs
from wardian.runs.recorded_job import read_job
from wardian.servers import PackPlaybook
from wardian.simulator.app import SimulatorApp
from wardian.simulator.asgi import Application
from wardian.simulator.counting import CountingProvider
from wardian.simulator.faults.provider import FaultyProvider
from wardian.simulator.playbook import NoTasks
from wardian.simulator.serve import serve
from wardian.specs.job import JobSpec
from wardian.specs.models import SimulatorServer
from wardian.specs.names import nearest
from wardian.specs.secrets import simulator_key

__all__ = ["Serving", "serve_simulator"]


class Serving(Frozen):
    """Which simulator to serve, and where.

    `packs` are more folders of packs; `faults` adds the models that break; `counted` says at `/answers` who asked what.
    """

    server: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    child: bool = False
    faults: bool = False
    counted: bool = False
    packs: tuple[Path, ...] = ()


def serve_simulator(config: Path | None, serving: Serving, environ: Mapping[str, str]) -> None:
    """Serve until interrupted; as a `child`, until stdin ends.

    `config` is a job's YAML, or the resolved `job.json` of a run; none serves nothing but faults.

    Raises:
        ConfigError: when the job is wrong, or the port is taken.
    """
    app = _faults_only(serving) if config is None else _of_job(config, serving, environ)
    try:
        serve(app, serving.host, serving.port, child=serving.child)
    except OSError as error:
        raise ConfigError(f"--port {serving.port}: {os.strerror(error.errno or 0)}") from error


def _of_job(config: Path, serving: Serving, environ: Mapping[str, str]) -> Application:
    job = read_job(config) if config.suffix == ".json" else load(config, environ=environ)
    playbook = PackPlaybook(load_packs(job, (*serving.packs, *bundled_roots())))
    name, spec = _simulator(job, serving.server)
    app: Application = SimulatorApp(spec, playbook, key=simulator_key(name, spec, environ))
    app = CountingProvider(app) if serving.counted else app
    if serving.faults or spec.fault_rate > 0:
        return FaultyProvider(app, rate=spec.fault_rate, seed=spec.seed)
    return app


def _faults_only(serving: Serving) -> Application:
    if not serving.faults:
        raise ConfigError("simulate: name a job's YAML file, or ask for --faults")
    return FaultyProvider(SimulatorApp(SimulatorServer(kind="simulator", skills={}), NoTasks()))


def _simulator(job: JobSpec, name: str | None) -> tuple[str, SimulatorServer]:
    simulators = {label: spec for label, spec in job.servers.items() if spec.kind == "simulator"}
    if name is None and len(simulators) == 1:
        return next(iter(simulators.items()))
    if name is None or name not in simulators:
        raise ConfigError(f"servers: the job has no simulator '{name}'; {nearest(name or '', simulators)}")
    return name, simulators[name]
