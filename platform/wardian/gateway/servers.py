"""The servers of a config, for as long as a gateway lives: a simulator answers in this process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wardian.base.child import ChildServer
from wardian.models.endpoint import RunningServer
from wardian.models.llama_server import llama_argv
from wardian.simulator.app import SimulatorApp
from wardian.simulator.asgi import Application
from wardian.simulator.faults.provider import FaultyProvider
from wardian.simulator.local import served
from wardian.simulator.playbook import NoTasks
from wardian.specs.models import SimulatorServer
from wardian.specs.secrets import simulator_key
from wardian.specs.serving import ServeSpec

__all__ = ["open_servers"]


@asynccontextmanager
async def open_servers(spec: ServeSpec, environ: Mapping[str, str]) -> AsyncIterator[dict[str, RunningServer]]:
    """Start what the offered models need, and stop it in the end.

    Raises:
        ConfigError: when what a server needs is not installed, or its key is missing.
        InfraError: when one does not start.
    """
    running: dict[str, RunningServer] = {}
    async with AsyncExitStack() as stack:
        logs = Path(stack.enter_context(TemporaryDirectory(prefix="wardian-gateway-")))
        for name, server in spec.own_servers.items():
            if server.kind == "simulator":
                url = await stack.enter_async_context(served(_simulator(name, server, environ)))
            else:
                child = ChildServer(llama_argv(server), name=name, log=str(logs / f"{name}.log"))
                stack.push_async_callback(child.stop)
                url = await child.start()
            running[name] = RunningServer(url=url, simulated=server.kind == "simulator")
        yield running


def _simulator(name: str, spec: SimulatorServer, environ: Mapping[str, str]) -> Application:
    app = SimulatorApp(spec, NoTasks(), key=simulator_key(name, spec, environ))
    return FaultyProvider(app, rate=spec.fault_rate, seed=spec.seed) if spec.fault_rate > 0 else app
