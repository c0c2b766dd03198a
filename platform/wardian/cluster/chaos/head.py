"""A Ray of the command's own that may be killed: a head with everything below it, in a session of its own.

`python -m wardian.cluster.chaos.head CPUS` is that head: it says where it is, and ends with its stdin.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, Self

import orjson
import ray

from wardian.base.child import ChildServer
from wardian.base.errors import InfraError
from wardian.cluster.session import NAMESPACE, OWN

__all__ = ["Head", "HeadPart"]

HeadPart = Literal["raylet", "gcs"]
COMMANDS: Final = {"raylet": "raylet", "gcs": "gcs_server"}
START_S: Final = 180.0
ATTEMPTS: Final = 3
AFTERMATH_S: Final = 1.0
"""So long what is left may find out by itself that a part is gone."""


class Head:
    """One head, from its start to its end.

    Args:
        cpus: that it has.
        log: the file for what it says.
    """

    def __init__(self, cpus: int, log: Path) -> None:
        self._argv = ["-m", __name__, str(cpus)]
        self._log = str(log)
        self._child = self._fresh()
        self._session = 0
        self.address = ""

    async def start(self) -> Self:
        """Start it. Ray gives itself half a minute, which on a busy machine may be too little: then once more.

        Raises:
            InfraError: when it does not come up.
        """
        for _ in range(ATTEMPTS - 1):
            with suppress(InfraError):
                return await self._started()
            self._child = self._fresh()
        return await self._started()

    async def kill(self, part: HeadPart) -> None:
        """Kill one part of it with signal 9, and a moment later everything else, as an operator would.

        Raises:
            InfraError: when there is no such part.
        """
        found = [pid for pid in self._pids() if _command(pid) == COMMANDS[part]]
        if not found:
            raise InfraError(f"the head at {self.address} has no {part}")
        os.kill(found[0], signal.SIGKILL)
        await asyncio.sleep(AFTERMATH_S)
        await self._sweep()

    async def stop(self) -> None:
        """End it, and whatever does not end with it."""
        await self._child.stop()
        await self._sweep()

    async def _started(self) -> Self:
        said = await self._child.start()
        session, self.address = said.split("@")
        self._session = int(session)
        return self

    def _fresh(self) -> ChildServer:
        return ChildServer(self._argv, name="ray", log=self._log, start_timeout_s=START_S)

    async def _sweep(self) -> None:
        while self._session and (left := list(self._pids())):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(AFTERMATH_S / 10)
        await self._child.stop()

    def _pids(self) -> Iterator[int]:
        """All processes of the session; those of workers belong to it, whoever their parent is by now."""
        for entry in os.listdir("/proc"):
            with suppress(OSError, ValueError):
                if os.getsid(int(entry)) == self._session and not _ended(int(entry)):
                    yield int(entry)


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _ended(pid: int) -> bool:
    """Whether only its parent still has to take notice of its end."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def main(cpus: int) -> None:
    """Be the head until stdin ends."""
    os.setsid()
    ray.init(
        address="local",
        namespace=NAMESPACE,
        num_cpus=cpus,
        include_dashboard=False,
        log_to_driver=False,
        _system_config=OWN,
        logging_level="ERROR",
    )
    address = ray.get_runtime_context().gcs_address
    sys.stdout.buffer.write(orjson.dumps({"url": f"{os.getpid()}@{address}"}) + b"\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    ray.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
