"""The exporter of a run: an actor that follows the manifest and makes tables of the records.

Records never pass through the coordinator. Whoever makes tables of them may be slow, or be lost and started again: the
run goes on.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError

from wardian.base.errors import InfraError, WardianError
from wardian.cluster.lifeline import Lifeline
from wardian.cluster.nodes import here
from wardian.runs.executor import Sink
from wardian.runs.tail import ManifestTail
from wardian.scoring.finished import Finished

__all__ = ["ExporterSink", "OpenExport", "ResultExporter"]

LOOK_S: Final = 1.0
AT_ONCE: Final = 50
"""Records between two looks at what else there is to do."""
ATTEMPTS: Final = 5

OpenExport = Callable[[], tuple[ManifestTail, Sequence[Sink]]]
"""What to follow, and who takes it; a function of a module, for another process calls it."""


class ResultExporter:
    """Gives what the manifest names to sinks, until `finish`.

    Args:
        open_export: what to follow, and who takes it.
        lifeline: to the cluster. Who is cut off from it ends, for another one makes the same tables.
    """

    def __init__(self, open_export: OpenExport, lifeline: Lifeline) -> None:
        lifeline.hold()
        self._tail, self._sinks = open_export()
        self._finishing = asyncio.Event()
        # After a loss Ray calls this again, and nothing else; see `RunCoordinator`.
        self._exporting = asyncio.ensure_future(self._export())

    async def finish(self) -> str:
        """Take what is there now, and close; what went wrong, as text."""
        self._finishing.set()
        return await asyncio.shield(self._exporting)

    async def _export(self) -> str:
        try:
            while not self._finishing.is_set():
                await self._catch_up()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._finishing.wait()
            await self._catch_up()
            for sink in self._sinks:
                await sink.close()
        except (WardianError, OSError) as error:
            return str(error)
        return ""

    async def _catch_up(self) -> None:
        for number, finished in enumerate(self._tail.new()):
            for sink in self._sinks:
                await sink.write(finished)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)


class ExporterSink:
    """Starts an exporter with the first result, and lets it finish with the last. It takes no CPU from the workers.

    It runs on this machine as long as there is room: what it leaves is also wanted here.

    Args:
        open_export: for the exporter.
    """

    def __init__(self, open_export: OpenExport) -> None:
        self._open_export = open_export
        self._actor: ActorHandle | None = None

    async def write(self, finished: Finished) -> None:
        """The exporter finds it in the manifest."""
        self._started()

    async def close(self) -> None:
        """Wait until the tables are complete.

        Raises:
            InfraError: when they cannot be made; the results are safe, and `wardian resume` makes tables of them.
        """
        actor, problem = self._started(), "it was lost"
        for _ in range(ATTEMPTS):
            try:
                problem = await actor.finish.remote()
                break
            except RayActorError:
                await asyncio.sleep(LOOK_S)
        ray.kill(actor)
        if problem:
            raise InfraError(f"tables: {problem}")

    def _started(self) -> ActorHandle:
        if self._actor is None:
            actor = ray.remote(ResultExporter).options(max_restarts=-1, max_task_retries=0, **here())
            self._actor = actor.remote(self._open_export, Lifeline())
        return self._actor
