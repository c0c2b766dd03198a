"""The worker actors of one run: started, found again, spoken to."""

import asyncio
from collections.abc import Iterator
from typing import Final

import ray
from ray.actor import ActorHandle
from ray.exceptions import ActorUnavailableError, RayError

from wardian.assembly import WorkOrder
from wardian.base.clock import Clock, SystemClock
from wardian.base.errors import InfraError
from wardian.cluster.broker import shared_broker
from wardian.cluster.nodes import node_of
from wardian.cluster.purser import start_purser, treasury
from wardian.cluster.session import NAMESPACE
from wardian.cluster.worker import EpisodeWorker, Opened
from wardian.models.budgets.leases import BudgetAsk, BudgetGrant
from wardian.runs.gauges import WorkerGauge
from wardian.runs.leases.orders import Order, Report
from wardian.specs.job import RayExecutorSpec

__all__ = ["Crew", "Silent", "Worker"]

PATIENCE_S: Final = 1.0
"""How long a worker may take to say how it is doing."""
LATE_S: Final = 0.5
"""Who looks at the clock so much later than it meant to was not running itself."""
UNREACHABLE_S: Final = 0.5
"""Between two attempts to reach a worker whose machine does not answer."""


class Silent(InfraError):
    """A worker owes an answer for longer than its lease: it is given up, whether it lives or not."""


class Worker:
    """One worker actor.

    Args:
        name: no other had it before.
        actor: how to call it.
        lease_s: how long to wait for an answer.
    """

    def __init__(self, name: str, actor: ActorHandle, lease_s: float, clock: Clock) -> None:
        self.name = name
        self.node = ""
        self.leaving = False
        """Whether its machine will be taken away."""
        self._actor = actor
        self._lease_s = lease_s
        self._clock = clock

    async def open(self) -> Opened:
        """Wait until it has a CPU and is open."""
        opened = Opened.model_validate_json(await self._actor.open.remote())
        self.node = opened.node
        return opened

    async def begun(self) -> bool:
        """Whether it plays, as an earlier coordinator has told it to; also when it does not say, for then it may."""
        if not self.node:
            return False  # it waits for a CPU
        try:
            async with asyncio.timeout(PATIENCE_S):
                return bool(await self._actor.begun.remote())
        except (TimeoutError, RayError):
            return True

    def begin(self) -> None:
        """Let it play; to be called once, before the first `exchange`."""
        self._actor.run.remote()

    async def exchange(self, order: Order) -> Report:
        """Say something, and wait for the answer.

        Raises:
            RayActorError: when it has died.
            Silent: when it does not answer for the length of a lease.
        """
        payload = order.model_dump_json().encode()
        while True:
            try:
                return Report.model_validate_json(await self._answer(payload))
            except ActorUnavailableError:  # maybe it has heard us, and maybe not: it counts orders
                await self._clock.sleep(UNREACHABLE_S)

    async def gauge(self) -> WorkerGauge | None:
        """What it says of itself; None when it says nothing, which others deal with."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return WorkerGauge.model_validate_json(await self._actor.gauge.remote())
        except (TimeoutError, RayError):
            return None

    async def pid(self) -> int:
        """Its process."""
        return int(await self._actor.pid.remote())

    def nudge(self) -> None:
        """Make it answer at once."""
        self._actor.nudge.remote()

    async def ended(self) -> None:
        """Wait until it has given back what it had borrowed, for the length of a lease at most."""
        async with asyncio.timeout(self._lease_s):
            await self._actor.ended.remote()

    def kill(self) -> None:
        """End it. It may only be out of reach, and would go on."""
        ray.kill(self._actor)

    async def _answer(self, payload: bytes) -> bytes:
        answer = asyncio.wrap_future(self._actor.exchange.remote(payload).future())
        while True:
            due = self._clock.monotonic() + self._lease_s
            done, _ = await asyncio.wait({answer}, timeout=self._lease_s)
            if done:
                return bytes(answer.result())
            if self._clock.monotonic() < due + LATE_S:
                answer.cancel()
                raise Silent(f"{self.name} did not answer for {self._lease_s:g} s")


class Crew:
    """Starts workers, and finds those that an earlier coordinator of the run has started.

    Args:
        order: what they open.
        spec: how large they are.
        lasting: whether they outlive this process, so that the next coordinator finds them.
        kind: what is started for each; the seam for tests.
    """

    def __init__(
        self,
        order: WorkOrder,
        spec: RayExecutorSpec,
        *,
        lasting: bool = False,
        kind: type[EpisodeWorker] = EpisodeWorker,
    ) -> None:
        self._order = order.model_dump_json().encode()
        self._prefix = f"wardian/{order.run}/"
        self._spec = spec
        self._lasting = lasting
        self._kind = kind
        self._broker = shared_broker()
        self._purser_name = f"{self._prefix}purser" if lasting else None
        self._purser = start_purser(order.budgets, self._purser_name) if order.budgets else None

    def start(self, name: str) -> Worker:
        """A new one; it waits for a CPU of its own. SPREAD puts one on every core of every node."""
        options: dict[str, object] = {"num_cpus": self._spec.worker_cpus, "scheduling_strategy": "SPREAD"}
        if self._lasting:
            options |= {"lifetime": "detached", "name": f"{self._prefix}{name}", "namespace": NAMESPACE}
        actor = ray.remote(self._kind).options(max_restarts=0, max_task_retries=0, **options)
        return self._worker(name, actor.remote(self._order, self._broker, name, self._purser, self._purser_name))

    def found(self) -> Iterator[Worker]:
        """Those of earlier coordinators that are still there."""
        for known in ray.util.list_named_actors(all_namespaces=True):
            if known["namespace"] == NAMESPACE and known["name"].startswith(f"{self._prefix}worker-"):
                actor = ray.get_actor(known["name"], namespace=NAMESPACE)
                worker = self._worker(known["name"].removeprefix(self._prefix), actor)
                worker.node = node_of(actor) or ""
                yield worker

    async def treasury(self, name: str, ask: BudgetAsk) -> BudgetGrant:
        """Asks the purser, as workers do.

        Raises:
            InfraError: when it does not answer, or the job has no budget.
        """
        if self._purser is None:
            raise InfraError(f"{name}: only a job with a budget has somebody to ask for it")
        return await treasury(self._purser, self._purser_name)(name, ask)

    def close(self) -> None:
        """What the crew stands on is not needed any more."""
        if self._purser is not None:
            ray.kill(self._purser)

    def _worker(self, name: str, actor: ActorHandle) -> Worker:
        return Worker(name, actor, self._spec.lease_s, SystemClock())
