"""Servers that a job starts itself, in processes of their own, and what a simulated provider may know of the tasks."""

import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from wardian.base.child import ChildServer
from wardian.base.messages import Message
from wardian.environments.pack import Pack
from wardian.models.endpoint import RunningServer
from wardian.models.llama_server import llama_argv
from wardian.specs.job import JobSpec
from wardian.specs.models import ServerSpec

__all__ = ["PackPlaybook", "running_servers"]


@asynccontextmanager
async def running_servers(
    job: JobSpec,
    job_file: Path,
    logs: Path,
    roots: Sequence[Path] = (),
    before: Mapping[str, RunningServer] | None = None,
) -> AsyncIterator[dict[str, RunningServer]]:
    """Start the job's own servers in processes of their own, and stop them in the end.

    Args:
        job: what to start servers for.
        job_file: the resolved job, from which a simulator learns its skills and the tasks' solutions.
        logs: the folder for what the servers say.
        roots: folders of packs, for the simulator.
        before: where they were in an earlier part of the run, and shall be again if nobody else is there by now.

    Raises:
        ConfigError: when what a server needs is not installed.
        InfraError: when one does not start.
    """
    running: dict[str, RunningServer] = {}
    async with AsyncExitStack() as stack:
        for name, spec in job.own_servers.items():
            port = _free_again((before or {}).get(name))
            argv = _server_argv(name, spec, job_file, roots, port)
            child = ChildServer(argv, name=name, log=str(logs / f"{name}.log"))
            stack.push_async_callback(child.stop)
            running[name] = RunningServer(url=await child.start(), simulated=spec.kind == "simulator")
        yield running


class PackPlaybook:
    """What a simulator may know of the tasks: their reference solutions, by "environment/task"."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        self._known = {f"{name}/{card.id}" for name, pack in packs.items() for card in pack.tasks()}

    def script(self, task: str) -> Sequence[Message] | None:
        """The assistant's messages of the reference solution, None for a task that is not there."""
        if task not in self._known:
            return None
        name, _, task_id = task.partition("/")
        return self._packs[name].reference(task_id)


def _free_again(before: RunningServer | None) -> int:
    """The port of a server that has ended; 0, which takes any, when somebody else has it."""
    port = 0 if before is None else urlsplit(before.url).port or 0
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return port
    return 0


def _server_argv(name: str, spec: ServerSpec, job_file: Path, roots: Sequence[Path], port: int) -> Sequence[str]:
    if spec.kind == "llamacpp":
        return llama_argv(spec)
    packs = [word for root in roots for word in ("--packs", str(root))]
    where = ["--server", name, "--port", str(port), "--child"]
    return ["-m", "wardian", "simulate", str(job_file), *where, *packs]
