"""The worker actor: environments, model pool and quota lease in one process, many episodes at once.

A plain class, wrapped with `ray.remote` where it is started. What is said travels as JSON bytes, many results at a
time: a call for every result costs ten times as much. Errors travel as text: an exception may not unpickle on the
other side.
"""

import asyncio
import os
import socket
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import ray
from ray.actor import ActorHandle

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, CredentialError
from wardian.base.frozen import Frozen
from wardian.base.memory import collect_rarely
from wardian.cluster.broker import borrower, exchange_with
from wardian.cluster.metrics import RayMetrics
from wardian.cluster.purser import budgets_from
from wardian.models.accounts import places_of
from wardian.models.quota import LeasedQuota
from wardian.output import open_store
from wardian.runs.gauges import WorkerGauge
from wardian.runs.leases.leased_player import LeasedPlayer
from wardian.runs.leases.orders import Order
from wardian.runs.leases.term import Term
from wardian.runs.player import Player
from wardian.runs.records import Records

__all__ = ["EpisodeWorker", "Opened"]

METRICS_S = 1.0
ORPHAN_S = 60.0
"""A worker that no coordinator speaks to for so long ends by itself."""


class Opened(Frozen):
    """A worker is open on the machine `node` (Ray's id), or what it could not open; `key` when that is an API key."""

    node: str = ""
    refused: str = ""
    key: bool = False

    @property
    def error(self) -> ConfigError | None:
        """What the user must mend, as the error that it was."""
        if not self.refused:
            return None
        return CredentialError(self.refused) if self.key else ConfigError(self.refused)


class EpisodeWorker:
    """Plays what it is ordered to, from `open` to the last order; see `LeasedPlayer`."""

    def __init__(
        self,
        order: bytes,
        broker: ActorHandle,
        name: str,
        purser: ActorHandle | None = None,
        purser_name: str | None = None,
    ) -> None:
        self._order = WorkOrder.model_validate_json(order)
        places = places_of(self._order.pool, self._order.secrets(os.environ))
        self._quota = LeasedQuota(exchange_with(broker, borrower(self._order.job.weight)), places)
        self._budgets = None if purser is None else budgets_from(purser, self._order.budgets, purser_name)
        self._stack = AsyncExitStack()
        self._name = name
        self._term = Term(self._order.lease_s, SystemClock())
        self._player: Player | None = None
        self._desk: LeasedPlayer | None = None
        self._opening = asyncio.Lock()
        self._opened: Opened | None = None
        self._begun = False
        self._playable, self._ended = asyncio.Event(), asyncio.Event()
        self._clock = SystemClock()
        self._called_at = self._clock.monotonic()
        self._living = asyncio.ensure_future(self._live())

    def opened(self) -> AbstractAsyncContextManager[Player]:
        """What `open` opens: the seam for a worker with another network."""
        return open_play(self._order, self._quota, os.environ, budgets=self._budgets, may_pay=self._term.wait)

    async def open(self) -> bytes:
        """Open packs and pool; `Opened` as JSON. Who is opened already only says so again: to the next coordinator."""
        async with self._opening:
            self._opened = self._opened or await self._open()
        self._called_at = self._clock.monotonic()
        return self._opened.model_dump_json().encode()

    async def begun(self) -> bool:
        """Whether somebody has called `run`."""
        self._called_at = self._clock.monotonic()
        return self._begun

    async def pid(self) -> int:
        """The worker's process, for people and for tests that kill it."""
        return os.getpid()

    async def gauge(self) -> bytes:
        """What goes on here, a `WorkerGauge` as JSON; after `open`."""
        return self._gauge().model_dump_json().encode()

    async def exchange(self, order: bytes) -> bytes:
        """`Order` and `Report` as JSON; after `run` has begun."""
        await self._playable.wait()
        assert self._desk is not None, "open() comes before run()"  # noqa: S101
        return (await self._desk.exchange(Order.model_validate_json(order))).model_dump_json().encode()

    async def nudge(self) -> None:
        """Answer the order that is under way at once."""
        if self._desk is not None:
            self._desk.nudge()

    async def run(self) -> None:
        """Play until the last order; after `open`, once. When this returns, what was borrowed has gone back."""
        assert self._desk is not None, "open() comes before run()"  # noqa: S101
        if self._begun:
            return  # two coordinators have said so, one after the other
        self._begun = True
        self._playable.set()
        async with self._stack, asyncio.TaskGroup() as group:
            await self._quota.prepare(self._order.pool.places)
            aside = [group.create_task(each) for each in (self._quota.keep_fresh(), self._show_metrics())]
            await self._desk.run()
            for task in aside:
                task.cancel()
        self._ended.set()

    async def ended(self) -> None:
        """Wait for the end of `run`, which somebody else has begun."""
        await self._ended.wait()

    async def _open(self) -> Opened:
        self._stack.push_async_callback(self._quota.close)
        if self._budgets is not None:
            self._stack.push_async_callback(self._budgets.close)
        try:
            self._player = await self._stack.enter_async_context(self.opened())
            records = Records(open_store(self._order.store, os.environ), self._order.job.durability)
        except ConfigError as error:
            return Opened(refused=str(error), key=isinstance(error, CredentialError))
        self._stack.push_async_callback(records.close)
        self._desk = LeasedPlayer(self._player, records.keep, self._term, self._clock)
        collect_rarely()
        return Opened(node=ray.get_runtime_context().get_node_id())

    async def _live(self) -> None:
        """End with the last coordinator: nobody else would end a worker whose cluster has lost its run."""
        while self._opening.locked() or self._clock.monotonic() - self._heard_at < ORPHAN_S:
            await self._clock.sleep(ORPHAN_S / 10)
        os._exit(1)  # what it has finished is in the store

    @property
    def _heard_at(self) -> float:
        return max(self._called_at, 0.0 if self._desk is None else self._desk.heard_at)

    async def _show_metrics(self) -> None:
        metrics = RayMetrics(self._order.job.name, self._order.run)
        while True:
            metrics.show(self._gauge())
            await asyncio.sleep(METRICS_S)

    def _gauge(self) -> WorkerGauge:
        lanes = self._player.lanes() if self._player is not None else ()
        playing = 0 if self._desk is None else self._desk.playing
        return WorkerGauge(name=self._name, host=socket.gethostname(), pid=os.getpid(), episodes=playing, lanes=lanes)
