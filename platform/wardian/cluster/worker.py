"""The worker actor: environments, model pool and quota lease in one process, many episodes at once.

A plain class, wrapped with `ray.remote` where it is started. Results travel as JSON bytes, many at a time: a call for
every result costs ten times as much. Errors travel as text: an exception may not unpickle on the other side.
"""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from ray.actor import ActorHandle

from wardian.assembly import WorkOrder, open_play
from wardian.base.errors import ConfigError, CredentialError
from wardian.base.frozen import Frozen
from wardian.base.memory import collect_rarely
from wardian.cluster.broker import borrower, exchange_with
from wardian.cluster.metrics import RayMetrics
from wardian.cluster.purser import budgets_from
from wardian.episodes.record import EpisodeSpec
from wardian.models.accounts import places_of
from wardian.models.quota import LeasedQuota
from wardian.runs.gauges import WorkerGauge
from wardian.runs.player import Player

__all__ = ["EpisodeWorker"]

MOST_IN_A_BLOCK = 50
GATHER_S = 0.02
METRICS_S = 1.0


class Refused(Frozen):
    """What a worker could not open; `key` when it is about an API key."""

    text: str
    key: bool

    @property
    def error(self) -> ConfigError:
        """As the error that it was."""
        return CredentialError(self.text) if self.key else ConfigError(self.text)


class EpisodeWorker:
    """Plays what `feed` brings and yields the results of `run` as they come, until `finish`."""

    def __init__(self, order: bytes, broker: ActorHandle, name: str, purser: ActorHandle | None = None) -> None:
        self._order = WorkOrder.model_validate_json(order)
        places = places_of(self._order.pool, self._order.secrets(os.environ))
        self._quota = LeasedQuota(exchange_with(broker, borrower(self._order.job.weight)), places)
        self._budgets = None if purser is None else budgets_from(purser, self._order.budgets)
        self._stack = AsyncExitStack()
        self._name = name
        self._player: Player | None = None
        self._playing = 0
        self._waiting: asyncio.Queue[EpisodeSpec | None] = asyncio.Queue()
        self._results: asyncio.Queue[bytes] = asyncio.Queue()

    def opened(self) -> AbstractAsyncContextManager[Player]:
        """What `open` opens: the seam for a worker with another network."""
        return open_play(self._order, self._quota, os.environ, budgets=self._budgets)

    async def open(self) -> Refused | None:
        """Open packs and pool; the answer is what the user has to mend, or None."""
        self._stack.push_async_callback(self._quota.close)
        if self._budgets is not None:
            self._stack.push_async_callback(self._budgets.close)
        try:
            self._player = await self._stack.enter_async_context(self.opened())
        except ConfigError as error:
            return Refused(text=str(error), key=isinstance(error, CredentialError))
        collect_rarely()
        return None

    async def pid(self) -> int:
        """The worker's process, for people and for tests that kill it."""
        return os.getpid()

    async def gauge(self) -> bytes:
        """What goes on here, a `WorkerGauge` as JSON; after `open`."""
        return self._gauge().model_dump_json().encode()

    async def feed(self, specs: list[bytes], settled: Sequence[str] = (), again: bool = False) -> None:
        """More episodes to play. The caller keeps the number in flight below the worker's concurrency.

        Args:
            specs: each an `EpisodeSpec` as JSON.
            settled: keys of episodes whose results are kept.
            again: whether a lost worker has played some of `specs`.
        """
        assert self._player is not None, "open() comes before feed()"  # noqa: S101
        for episode in settled:
            self._player.settled(episode)
        if again:
            self._player.look_again()
        for spec in specs:
            self._waiting.put_nowait(EpisodeSpec.model_validate_json(spec))

    async def finish(self) -> None:
        """No more episodes come: `run` ends when those in flight have ended."""
        self._waiting.put_nowait(None)

    async def run(self) -> AsyncGenerator[list[bytes], None]:
        """Blocks of results, each a `Scored` as JSON; after `open`."""
        async with self._stack, asyncio.TaskGroup() as group:
            await self._quota.prepare(self._order.pool.places)
            aside = [group.create_task(self._quota.keep_fresh()), group.create_task(self._show_metrics())]
            playing = group.create_task(self._play_all())
            while not (playing.done() and self._results.empty()):
                await asyncio.sleep(GATHER_S)
                if block := self._finished():
                    yield block
            for task in aside:
                task.cancel()

    async def _play_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            while (spec := await self._waiting.get()) is not None:
                group.create_task(self._play_one(spec))

    async def _play_one(self, spec: EpisodeSpec) -> None:
        assert self._player is not None, "open() comes before run()"  # noqa: S101
        self._playing += 1
        scored = await self._player(spec)
        self._playing -= 1
        self._results.put_nowait(scored.model_dump_json().encode())

    async def _show_metrics(self) -> None:
        metrics = RayMetrics(self._order.job.name, self._order.run)
        while True:
            metrics.show(self._gauge())
            await asyncio.sleep(METRICS_S)

    def _gauge(self) -> WorkerGauge:
        lanes = self._player.lanes() if self._player is not None else ()
        return WorkerGauge(
            name=self._name, host=socket.gethostname(), pid=os.getpid(), episodes=self._playing, lanes=lanes
        )

    def _finished(self) -> list[bytes]:
        return [self._results.get_nowait() for _ in range(min(self._results.qsize(), MOST_IN_A_BLOCK))]
