"""Episodes on Ray: warm workers that each hold many environments and a model pool."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence

from wardian.assembly import WorkOrder
from wardian.base.errors import ConfigError, InfraError
from wardian.cluster.crew import Crew
from wardian.cluster.nodes import alive_nodes, on_one_machine
from wardian.cluster.shift import Shift, one_for_every_core
from wardian.cluster.worker import EpisodeWorker
from wardian.models.budgets.leases import BudgetAsk, BudgetGrant
from wardian.runs.executor import Deliver, Planned
from wardian.runs.gauges import WorkerGauge
from wardian.runs.leases.coordinator import Coordinator
from wardian.runs.leases.tenure import Tenure
from wardian.runs.lull import Lull
from wardian.specs.job import RayExecutorSpec

__all__ = ["RayExecutor"]


class RayExecutor:
    """Plays on the Ray that this process has joined; one `play_all` at a time.

    A lost worker is replaced and what it was playing is played again elsewhere. Ray's own retries stay off:
    they would repeat paid calls without anybody counting.

    Args:
        order: what the workers open.
        spec: how many of them, and how large.
        tenure: whose turn it is to coordinate the run.
        worker: what is started for each; the seam for tests.
        say: takes a line for whoever waits.

    Raises:
        ConfigError: when a worker needs more CPUs than this machine has, on a Ray of our own.
    """

    def __init__(
        self,
        order: WorkOrder,
        spec: RayExecutorSpec,
        tenure: Tenure | None = None,
        worker: type[EpisodeWorker] = EpisodeWorker,
        say: Callable[[str], object] = str,
    ) -> None:
        self._order = order
        self._spec = spec
        self._tenure = tenure or Tenure()
        self._kind = worker
        self._say = say
        self._shift: Shift | None = None
        self._crew: Crew | None = None
        self._workers = spec.workers or one_for_every_core(spec)

    async def play_all(self, specs: Iterable[Planned], deliver: Deliver) -> None:
        """Deliver one result for every spec, in any order.

        Raises:
            ConfigError: when a worker cannot open what the job names.
            InfraError: when no worker could start in time, or one was lost more often than it is replaced; what is
                missing can be resumed.
        """
        _check_servers_reachable(tuple(self._order.servers))
        coordinator = Coordinator(self._watched(specs), self._tenure.epoch, self._tenure.finished, self._tenure.planned)
        crew = self._crew = Crew(self._order, self._spec, lasting=self._tenure.lasting, kind=self._kind)
        inherited = self._tenure.inherited
        self._shift = Shift(self._spec, crew, coordinator, deliver, self._say, inherited=inherited)
        try:
            await self._shift.work()
        finally:
            self._shift.dismiss()
            crew.close()

    def _watched(self, specs: Iterable[Planned]) -> Iterator[Planned]:
        """Workers that had got nothing hear of it when the plan has grown."""
        grown: asyncio.Future[None] | None = None
        for spec in specs:
            if isinstance(spec, Lull) and (grown is None or grown.done()):
                grown = spec.over()
                grown.add_done_callback(self._nudge)
            yield spec

    def _nudge(self, _: "asyncio.Future[None]") -> None:
        if self._shift is not None:
            self._shift.nudge()

    @property
    def slots(self) -> int:
        """How many episodes are played at once by the workers that there shall be; more may join."""
        return self._spec.concurrency * self._workers

    async def exchange(self, name: str, ask: BudgetAsk) -> BudgetGrant:
        """The treasury of this process, for calls outside of episodes while these are played.

        Raises:
            InfraError: when nothing is being played, or nobody answers.
        """
        if self._crew is None:
            raise InfraError("the run's budget is opened with its first episode")
        return await self._crew.treasury(name, ask)

    async def workers(self) -> Sequence[WorkerGauge]:
        """What goes on at the workers that are open and answer within a second."""
        return [] if self._shift is None else await self._shift.gauges()

    async def worker_pids(self) -> list[int]:
        """The processes of the workers that are playing now."""
        return [] if self._shift is None else await self._shift.pids()


def _check_servers_reachable(servers: Sequence[str]) -> None:
    """The job's own servers listen on loopback: workers on other machines would not find them.

    Raises:
        ConfigError: when there are other machines.
    """
    nodes = alive_nodes()
    if servers and not on_one_machine(nodes):
        raise ConfigError(
            f"servers.{servers[0]}: serves this machine only, and the cluster has {len(nodes)}; "
            f"name an endpoint that all of them reach (base_url), or play on one machine"
        )
