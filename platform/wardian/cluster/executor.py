"""Episodes on Ray: warm workers that each hold many environments and a model pool."""

import asyncio
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError, RayError

from wardian.assembly import WorkOrder
from wardian.base.errors import ConfigError, Failure, InfraError
from wardian.cluster.backlog import Backlog
from wardian.cluster.broker import shared_broker
from wardian.cluster.lane import Lane
from wardian.cluster.purser import start_purser
from wardian.cluster.worker import EpisodeWorker
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.runs.executor import Deliver
from wardian.runs.gauges import WorkerGauge
from wardian.scoring.score import Scored
from wardian.specs.job import RayExecutorSpec

__all__ = ["RayExecutor"]

RESTARTS = 3
"""In a row, without a result in between: some losses over a day are what clusters are like."""
PATIENCE_S = 1.0
"""How long a worker may take to say how it is doing."""
NOTICE_S = 5.0
"""Who waits for CPUs so long is told."""
FAIR_S = 5.0
"""So long after the first worker, shares are kept for the others."""


class RayExecutor:
    """Plays on the Ray that this process has joined; one `play_all` at a time.

    A lost worker is replaced and what it was playing is played again elsewhere. Ray's own retries stay off:
    they would repeat paid calls without anybody counting.

    Args:
        order: what the workers open.
        spec: how many of them, and how large.
        worker: what is started for each; the seam for tests.
        say: takes a line for whoever waits.

    Raises:
        ConfigError: when a worker needs more CPUs than this machine has, on a Ray of our own.
    """

    def __init__(
        self,
        order: WorkOrder,
        spec: RayExecutorSpec,
        worker: type[EpisodeWorker] = EpisodeWorker,
        say: Callable[[str], object] = str,
    ) -> None:
        self._order = order.model_dump_json().encode()
        self._servers = tuple(order.servers)
        self._budgets = order.budgets
        self._spec = spec
        self._worker = worker
        self._say = say
        self._workers = spec.workers or _one_for_every_core(spec)
        self._lanes: dict[int, Lane] = {}

    async def play_all(self, specs: Iterable[EpisodeSpec], deliver: Deliver) -> None:
        """Deliver one result for every spec, in any order.

        Raises:
            ConfigError: when a worker cannot open what the job names.
            InfraError: when no worker could start in time, or one was lost more often than it is replaced; what is
                missing can be resumed.
        """
        _check_servers_reachable(self._servers)
        backlog = Backlog(specs)
        self._over = False
        self._lanes.clear()
        self._first, self._all = asyncio.Event(), asyncio.Event()
        self._broker = shared_broker()
        self._purser = start_purser(self._budgets) if self._budgets else None
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._await_workers(backlog))
                for number in range(self._workers):
                    group.create_task(self._keep(number, backlog, deliver))
        finally:
            for lane in self._lanes.values():
                ray.kill(lane.actor)
            if self._purser is not None:
                ray.kill(self._purser)

    async def workers(self) -> Sequence[WorkerGauge]:
        """What goes on at the workers that are open and answer within a second."""
        asked = (_gauge(lane.actor) for lane in self._lanes.values() if lane.open)
        return [gauge for gauge in await asyncio.gather(*asked) if gauge is not None]

    async def worker_pids(self) -> list[int]:
        """The processes of the workers that are playing now."""
        return [await lane.actor.pid.remote() for lane in self._lanes.values()]

    async def _keep(self, number: int, backlog: Backlog, deliver: Deliver) -> None:
        """Keep worker `number` alive until there is nothing left to play."""
        losses = 0
        while True:
            lane = self._lanes[number] = Lane(self._start(f"worker-{number}"), self._spec.concurrency)
            try:
                return await self._stream(lane, backlog, deliver)
            except RayActorError as error:
                if self._over:
                    return None  # it was still waiting for a CPU when the last episode ended
                ray.kill(lane.actor)  # it may only be out of reach, and would go on paying for calls
                losses = 1 if lane.delivered else losses + 1
                if losses > RESTARTS:
                    why = f"worker {number} was lost {losses} times in a row, the last time because {_why(error)}"
                    raise InfraError(why) from error
                for spec in lane.give_back(backlog):
                    await deliver(_poisonous(spec, error))
            except RayError as error:
                raise InfraError(f"a worker failed: {getattr(error, 'cause', None) or error!r}") from error

    async def _await_workers(self, backlog: Backlog) -> None:
        """Wait for the first one, with a word if that takes long; then keep shares for the others for a moment."""
        try:
            async with asyncio.timeout(self._spec.start_timeout_s):
                await self._first_worker()
        except TimeoutError:
            limit = f"executor.start_timeout_s: no worker could start within {self._spec.start_timeout_s:g} s"
            raise InfraError(f"{limit}; {await asyncio.to_thread(self._wanted)}") from None
        with suppress(TimeoutError):
            async with asyncio.timeout(FAIR_S):
                await self._all.wait()
        self._all.set()
        for lane in self._lanes.values():
            lane.widen(backlog)

    async def _first_worker(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(NOTICE_S):
                await self._first.wait()
                return
        wanted = await asyncio.to_thread(self._wanted)
        if not self._first.is_set():
            self._say(f"waiting for a worker to start: {wanted}")
        await self._first.wait()

    def _wanted(self) -> str:
        """What the workers need and what there is."""
        has, free = (cpus.get("CPU", 0.0) for cpus in (ray.cluster_resources(), ray.available_resources()))
        need = self._workers * self._spec.worker_cpus
        return f"{self._workers} workers want {need:g} CPUs, {math.floor(free)} of the cluster's {has:g} are free"

    def _start(self, name: str) -> ActorHandle:
        # One CPU each and SPREAD puts one warm worker on every core of every node.
        options = {"num_cpus": self._spec.worker_cpus, "scheduling_strategy": "SPREAD"}
        worker = ray.remote(self._worker).options(max_restarts=0, max_task_retries=0, **options)
        return worker.remote(self._order, self._broker, name, self._purser)

    async def _stream(self, lane: Lane, backlog: Backlog, deliver: Deliver) -> None:
        if problem := await lane.actor.open.remote():
            raise problem.error
        self._opened(lane, backlog)
        self._finish_when_idle()
        async for block in lane.actor.run.options(num_returns="streaming").remote():
            for payload in await block:
                scored = Scored.model_validate_json(payload)
                lane.ended(scored)
                await deliver(scored)
                lane.kept(scored)
            lane.top_up(backlog)
            self._finish_when_idle()

    def _opened(self, lane: Lane, backlog: Backlog) -> None:
        """The worker begins; as long as others are awaited, an even share is theirs."""
        awaited = self._workers - sum(other.open for other in self._lanes.values())
        lane.begin(backlog, max(awaited, 1))
        self._first.set()
        if awaited <= 1:
            self._all.set()
        if self._all.is_set():
            lane.widen(backlog)

    def _finish_when_idle(self) -> None:
        """Everybody goes home together: until then a lost worker's episodes may need a free one.

        Who has not opened by then never will be needed; the CPU that it waits for may never come.
        """
        if any(lane.playing for lane in self._lanes.values()):
            return
        self._over = True
        self._all.set()
        for lane in self._lanes.values():
            if lane.open:
                lane.actor.finish.remote()
            else:
                ray.kill(lane.actor)


async def _gauge(actor: ActorHandle) -> WorkerGauge | None:
    """What the worker says of itself; None when it says nothing, which others deal with."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return WorkerGauge.model_validate_json(await actor.gauge.remote())
    except (TimeoutError, RayError):
        return None


def _one_for_every_core(spec: RayExecutorSpec) -> int:
    cpus = ray.cluster_resources().get("CPU", 0.0)
    if spec.address == "local" and spec.worker_cpus > cpus:
        raise ConfigError(f"executor.worker_cpus: a worker needs {spec.worker_cpus:g} CPUs, Ray has {cpus:g} here")
    return max(1, int(cpus / spec.worker_cpus))


def _check_servers_reachable(servers: Sequence[str]) -> None:
    """The job's own servers listen on loopback: workers on other machines would not find them.

    Raises:
        ConfigError: when there are other machines.
    """
    nodes = sum(node["Alive"] for node in ray.nodes())
    if servers and nodes > 1:
        raise ConfigError(
            f"servers.{servers[0]}: serves this machine only, and the cluster has {nodes}; "
            f"name an endpoint that all of them reach (base_url), or play on one machine"
        )


def _why(error: RayActorError) -> str:
    """Ray's own words, and a hint where they hide the usual cause."""
    words = " ".join(str(error).split())[:300]
    return f"{words} (does RAY_AUTH_MODE here match the cluster's?)" if "never ran" in words else words


def _poisonous(spec: EpisodeSpec, error: RayActorError) -> Scored:
    failure = Failure(cause="infra", kind="poison", message=f"three workers died while they played it: {_why(error)}")
    return Scored(episode=Episode(spec=spec, events=(), stop="failed", failure=failure))
