"""Episodes on Ray: warm workers that each hold many environments and a model pool."""

import asyncio
from collections.abc import Iterable, Sequence

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError, RayError

from wardian.assembly import WorkOrder
from wardian.base.errors import ConfigError, Failure, InfraError
from wardian.cluster.backlog import Backlog
from wardian.cluster.broker import shared_broker
from wardian.cluster.purser import start_purser
from wardian.cluster.worker import EpisodeWorker
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.runs.executor import Deliver
from wardian.runs.gauges import WorkerGauge
from wardian.scoring.score import Scored
from wardian.specs.job import RayExecutorSpec

__all__ = ["RayExecutor"]

RESTARTS = 3
PATIENCE_S = 1.0


class _Lane:
    """One worker and what it is playing."""

    def __init__(self, actor: ActorHandle, concurrency: int) -> None:
        self.actor = actor
        self.open = False
        self.playing: dict[str, EpisodeSpec] = {}
        self._concurrency = concurrency
        self._block = max(1, min(10, concurrency // 8))

    def top_up(self, backlog: Backlog) -> None:
        """Fill the free slots, in blocks that are worth a call."""
        free = self._concurrency - len(self.playing)
        if free >= self._block and (specs := backlog.take(free)):
            self.playing.update((spec.key, spec) for spec in specs)
            self.actor.feed.remote([spec.model_dump_json().encode() for spec in specs])

    def give_back(self, backlog: Backlog) -> list[EpisodeSpec]:
        """The worker is lost: what it was playing is played elsewhere; the answer is what killed too many."""
        lost, self.playing = self.playing, {}
        return backlog.give_back(lost.values())


class RayExecutor:
    """Plays on the Ray that this process has joined; one `play_all` at a time.

    A lost worker is replaced and what it was playing is played again elsewhere. Ray's own retries stay off:
    they would repeat paid calls without anybody counting.

    Raises:
        ConfigError: when a worker needs more CPUs than this machine has, on a Ray of our own.
    """

    def __init__(self, order: WorkOrder, spec: RayExecutorSpec, worker: type[EpisodeWorker] = EpisodeWorker) -> None:
        self._order = order.model_dump_json().encode()
        self._servers = tuple(order.servers)
        self._budgets = order.budgets
        self._spec = spec
        self._worker = worker
        self._workers = spec.workers or _one_for_every_core(spec)
        self._lanes: dict[int, _Lane] = {}
        self._over = False

    async def play_all(self, specs: Iterable[EpisodeSpec], deliver: Deliver) -> None:
        """Deliver one result for every spec, in any order.

        Raises:
            ConfigError: when a worker cannot open what the job names.
            InfraError: when a worker was lost more often than it is replaced; what is missing can be resumed.
        """
        _check_servers_reachable(self._servers)
        backlog = Backlog(specs)
        self._over = False
        self._broker = shared_broker()
        self._purser = start_purser(self._budgets) if self._budgets else None
        try:
            async with asyncio.TaskGroup() as group:
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
        reason = ""
        for attempt in range(RESTARTS + 1):
            lane = self._lanes[number] = _Lane(self._start(f"worker-{number}.{attempt}"), self._spec.concurrency)
            try:
                return await self._stream(lane, backlog, deliver)
            except RayActorError as error:
                if self._over:
                    return None  # it was still waiting for a CPU when the last episode ended
                ray.kill(lane.actor)  # it may only be out of reach, and would go on paying for calls
                reason = _why(error)
                for spec in lane.give_back(backlog):
                    await deliver(_poisonous(spec, error))
            except RayError as error:
                raise InfraError(f"a worker failed: {getattr(error, 'cause', None) or error!r}") from error
        raise InfraError(f"worker {number} was lost {RESTARTS + 1} times, the last time because {reason}")

    def _start(self, name: str) -> ActorHandle:
        # One CPU each and SPREAD puts one warm worker on every core of every node.
        options = {"num_cpus": self._spec.worker_cpus, "scheduling_strategy": "SPREAD"}
        worker = ray.remote(self._worker).options(max_restarts=0, max_task_retries=0, **options)
        return worker.remote(self._order, self._broker, name, self._purser)

    async def _stream(self, lane: _Lane, backlog: Backlog, deliver: Deliver) -> None:
        if problem := await lane.actor.open.remote():
            raise problem.error
        lane.open = True
        lane.top_up(backlog)
        self._finish_when_idle()
        async for block in lane.actor.run.options(num_returns="streaming").remote():
            for payload in await block:
                scored = Scored.model_validate_json(payload)
                del lane.playing[scored.episode.spec.key]
                await deliver(scored)
            lane.top_up(backlog)
            self._finish_when_idle()

    def _finish_when_idle(self) -> None:
        """Everybody goes home together: until then a lost worker's episodes may need a free one.

        Who has not opened by then never will be needed; the CPU that it waits for may never come.
        """
        if any(lane.playing for lane in self._lanes.values()):
            return
        self._over = True
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
