"""The Ray on which a trial takes place: one of the command's own, whose head may be killed, or somebody's cluster."""

import math
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import ray

from wardian.cluster.chaos.head import Head, HeadPart
from wardian.cluster.nodes import alive_nodes, cpus_of, on_one_machine
from wardian.cluster.session import check_reachable, ray_session
from wardian.specs.job import RayExecutorSpec

__all__ = ["Arena"]

LOOPBACK: Final = "127.0.0.1"


class Arena:
    """Started or joined by `async with`, and left at its end.

    Args:
        spec: where it is; `local` starts one.
        logs: the folder for what it says.
        inside_job: whether `ray job submit` has started this process.
    """

    def __init__(self, spec: RayExecutorSpec, logs: Path, *, inside_job: bool) -> None:
        self._spec = spec
        self._log = logs / "ray.log"
        self._inside_job = inside_job
        self._head: Head | None = None
        self._joined = ExitStack()

    @property
    def address(self) -> str:
        """Where runs join it."""
        return self._spec.address if self._head is None else self._head.address

    @property
    def host(self) -> str:
        """This machine's address, as its workers see it."""
        return LOOPBACK if on_one_machine(alive_nodes()) else str(ray.util.get_node_ip_address())

    @property
    def workers(self) -> int:
        """How many of them a run has."""
        return self._spec.workers or max(1, int(cpus_of(alive_nodes()) / self._spec.worker_cpus))

    async def __aenter__(self) -> Self:
        """Start it if it is our own; join it.

        Raises:
            ConfigError: when no Ray answers.
            InfraError: when ours does not start.
        """
        if self._spec.address == "local":
            self._head = await self._started()
        else:
            check_reachable(self._spec.address)
        self._join()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave it; ours ends."""
        self._joined.close()
        if self._head is not None:
            await self._head.stop()

    async def lose_head(self, part: HeadPart) -> None:
        """Kill a part of our own head, which is its end. We leave before: Ray ends processes that lose theirs."""
        assert self._head is not None, "somebody else's cluster is not ours to end"  # noqa: S101
        self._joined.close()
        await self._head.kill(part)

    async def replace_head(self) -> None:
        """Start another one in its place, elsewhere, and join that."""
        self._head = await self._started()
        self._join()

    async def _started(self) -> Head:
        cpus = self._spec.workers * self._spec.worker_cpus if self._spec.workers else os.cpu_count() or 1
        return await Head(math.ceil(cpus), self._log).start()

    def _join(self) -> None:
        there = self._spec.model_copy(update={"address": self.address})
        self._joined.enter_context(ray_session(there, inside_job=self._inside_job))
