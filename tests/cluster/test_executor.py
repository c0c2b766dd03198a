"""RayExecutor against a real Ray: the same results as in process, also when workers die."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import ray
from ray.actor import ActorHandle
from support.outcomes import essence, record_of

from wardian.assembly import WorkOrder, open_play
from wardian.base.bundle import Bundle
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, InfraError
from wardian.cluster.executor import RayExecutor
from wardian.cluster.shift import RESTARTS
from wardian.cluster.worker import EpisodeWorker
from wardian.environments.packs import load_packs
from wardian.episodes.record import Asked, EpisodeSpec
from wardian.models.budgets.amount import Cap
from wardian.models.budgets.book import BudgetBook
from wardian.models.budgets.budgets import BudgetPlace
from wardian.models.quota import LocalQuota
from wardian.runs.executor import Executor
from wardian.runs.growing import GrowingPlan
from wardian.runs.leases.orders import Report
from wardian.runs.leases.tenure import Tenure
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.servers import running_servers
from wardian.specs.budget import BudgetSpec
from wardian.specs.job import JobSpec, RayExecutorSpec

pytestmark = pytest.mark.cluster

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
SKILL = {"accuracy": 0.8, "wrong_argument": 0.1, "loop": 0.1, "latency_s": 0.01, "latency_sigma": 0.5}


def job(**changes: object) -> JobSpec:
    base: dict[str, object] = {
        "name": "cluster",
        "environments": [{"pack": "counter", "knobs": {"tasks": 8}}],
        "servers": {"sim": {"kind": "simulator", "skills": {"m": SKILL}}},
        "models": {"m": {"server": "sim", "rpm": 60_000}},
        "agents": [{"name": "a", "model": "m"}, {"kind": "reference"}, {"kind": "idle"}],
        "repeats": 5,
    }
    return JobSpec.model_validate({**base, **changes})


@asynccontextmanager
async def ordered(job: JobSpec, folder: Path) -> AsyncIterator[WorkOrder]:
    (folder / "job.json").write_text(job.model_dump_json())
    async with running_servers(job, folder / "job.json", folder, roots=PACKS) as servers:
        yield WorkOrder(job=job, servers=servers, roots=PACKS)


async def played(executor: Executor, plan: Iterable[EpisodeSpec]) -> list[Scored]:
    results: list[Scored] = []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    await executor.play_all(plan, deliver)
    return results


def plan(job: JobSpec) -> Plan:
    return Plan(job, load_packs(job, PACKS))


async def test_both_executors_give_the_same_results(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    async with ordered(job(), tmp_path) as order:
        on_ray = await played(RayExecutor(order, own_ray), plan(order.job))
        async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), {}) as play:
            in_process = await played(LocalExecutor(play, 16), plan(order.job))
    assert len(on_ray) == len(in_process) == 8 * 3 * 5
    assert essence(on_ray) == essence(in_process)
    assert {scored.value("success") for scored in on_ray if scored.episode.spec.agent.name == "reference"} == {1.0}


async def test_workers_play_versions_of_an_agent_as_this_process_does(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    told = {"accuracy": 0.2, "rules": [{"pattern": "count twice", "accuracy": 0.8}]}
    servers = {"sim": {"kind": "simulator", "skills": {"m": told}}}
    version = Bundle(agent="a", texts={"system": "Count twice."})
    async with ordered(job(servers=servers, agents=[{"name": "a", "model": "m"}]), tmp_path) as order:
        own = list(plan(order.job))
        arm = own[0].agent.version(version, "a@1")
        both = [*own, *(spec.model_copy(update={"agent": arm}) for spec in own)]
        on_ray = await played(RayExecutor(order, own_ray), both)
        async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), {}) as play:
            in_process = await played(LocalExecutor(play, 16), both)
    assert essence(on_ray) == essence(in_process)
    assert {scored.value("success") for scored in on_ray if scored.episode.spec.agent == arm} == {1.0}
    assert {scored.value("success") for scored in on_ray if scored.episode.spec.agent != arm} == {0.0, 1.0}


async def test_a_killed_workers_episodes_are_played_by_others(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """kill -9 in the middle: every episode still has exactly one result, and none is a failure."""
    async with ordered(job(), tmp_path) as order:
        executor = RayExecutor(order, own_ray)
        results: list[Scored] = []

        async def deliver(finished: Finished) -> None:
            results.append(record_of(finished))
            if len(results) == 20:
                os.kill((await executor.worker_pids())[0], signal.SIGKILL)

        await executor.play_all(plan(order.job), deliver)
    keys = [scored.episode.spec.key for scored in results]
    assert len(keys) == len(set(keys)) == 8 * 3 * 5
    assert not [scored for scored in results if scored.episode.failure]


async def test_what_a_worker_cannot_open_is_one_clear_line(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    broken = job(models={"m": {"base_url": "http://127.0.0.1:9/v1", "api_key_env": "NO_SUCH_KEY"}}, servers={})
    with pytest.RaisesGroup(
        pytest.RaisesExc(ConfigError, match="NO_SUCH_KEY"), allow_unwrapped=True, flatten_subgroups=True
    ):
        await played(RayExecutor(WorkOrder(job=broken, roots=PACKS), own_ray), plan(broken))


async def test_workers_for_which_there_is_no_cpu_hold_nobody_up(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """Two CPUs, five workers: two of them play everything, and the run ends without the others."""
    async with ordered(job(), tmp_path) as order, asyncio.timeout(60):
        results = await played(RayExecutor(order, own_ray.model_copy(update={"workers": 5})), plan(order.job))
    assert len(results) == 8 * 3 * 5


async def test_a_worker_that_is_too_large_for_this_machine(own_ray: RayExecutorSpec) -> None:
    large = own_ray.model_copy(update={"workers": None, "worker_cpus": 64.0})
    with pytest.raises(ConfigError, match=r"executor\.worker_cpus: a worker needs 64 CPUs, Ray has 2 here"):
        RayExecutor(WorkOrder(job=job(models={}, servers={}, agents=[{"kind": "idle"}])), large)


async def test_another_deployment_answers_for_one_that_is_out(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """Each is a lane of its own: the second one's is asked for although the first one's was before."""
    places = {"out": {"base_url": "http://127.0.0.1:9/v1"}, "well": {"server": "sim", "rpm": 60_000}}
    both = job(models={"m": {"deployments": places, "max_retries": 0}}, repeats=2)
    async with ordered(both, tmp_path) as order:
        results = await played(RayExecutor(order, own_ray), plan(both))
    asked = [scored.episode for scored in results if scored.episode.spec.agent.name == "a"]
    assert len(asked) == 8 * 2
    assert {event.completion.deployment for episode in asked for event in episode.asked} == {"well"}
    assert not any(episode.missing for episode in asked)


async def test_workers_share_a_budget(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """Also when one of them is killed: what it held counts as spent."""
    async with ordered(job(budget={"requests": 60}, repeats=20), tmp_path) as order:
        place = BudgetPlace(spec=BudgetSpec(requests=60), path=tmp_path / "budget.log")
        executor = RayExecutor(order.model_copy(update={"budgets": {"budget": place}}), own_ray)
        results: list[Scored] = []

        async def deliver(finished: Finished) -> None:
            results.append(record_of(finished))
            if len(results) == 20:
                os.kill((await executor.worker_pids())[0], signal.SIGKILL)

        await executor.play_all(plan(order.job), deliver)
    asked = [scored for scored in results if scored.episode.spec.agent.name == "a"]
    failures = Counter(scored.episode.failure.kind for scored in asked if scored.episode.failure)
    assert set(failures) == {"budget"}
    assert len(asked) == 8 * 20
    calls = sum(isinstance(event, Asked) for scored in asked for event in scored.episode.events)
    assert 0 < calls <= 60
    with closing(BudgetBook(place.path, Cap.of(place.spec), SystemClock())) as book:
        assert calls <= book.given.requests <= 60


async def busy() -> ActorHandle:
    """Somebody who holds both CPUs. A class inside a function travels by value: Ray's workers do not find tests."""

    class Busy:
        def ready(self) -> None:
            """Answers when it has them."""

    actor = ray.remote(Busy).options(num_cpus=2).remote()
    await actor.ready.remote()
    return actor


async def test_who_waits_for_a_busy_cluster_is_told(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    said: list[str] = []
    actor = await busy()

    def say(line: str) -> None:
        said.append(line)
        ray.kill(actor)

    async with ordered(job(repeats=1), tmp_path) as order, asyncio.timeout(60):
        results = await played(RayExecutor(order, own_ray, say=say), plan(order.job))
    assert len(results) == 8 * 3
    assert said == ["waiting for a worker to start: 2 workers want 2 CPUs, 0 of the cluster's 2 are free"]


async def test_patience_with_a_busy_cluster_ends(own_ray: RayExecutorSpec) -> None:
    order = WorkOrder(job=job(models={}, servers={}, agents=[{"kind": "idle"}]), roots=PACKS)
    actor = await busy()
    impatient = own_ray.model_copy(update={"start_timeout_s": 1.0})
    line = r"executor\.start_timeout_s: no worker could start within 1 s; 2 workers want 2 CPUs, 0 of"
    with pytest.RaisesGroup(pytest.RaisesExc(InfraError, match=line), flatten_subgroups=True):
        await played(RayExecutor(order, impatient), plan(order.job))
    ray.kill(actor)


async def test_few_episodes_are_spread_over_the_workers(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """Each of them takes a second, so that who comes first could take all of them."""
    slow = {"sim": {"kind": "simulator", "skills": {"m": {"accuracy": 1.0, "latency_s": 0.5, "latency_sigma": 0.0}}}}
    few = job(servers=slow, agents=[{"name": "a", "model": "m"}], repeats=1)
    async with ordered(few, tmp_path) as order:
        executor = RayExecutor(order, own_ray.model_copy(update={"concurrency": 256}), Tenure(planned=8))
        shares: list[list[int]] = []

        async def look() -> None:
            while True:
                shares.append([worker.episodes for worker in await executor.workers()])
                await asyncio.sleep(0.05)

        async with asyncio.TaskGroup() as group:
            looking = group.create_task(look())
            results = await played(executor, plan(order.job))
            looking.cancel()
    assert len(results) == 8
    assert max(max(each, default=0) for each in shares) == 4


async def test_only_losses_in_a_row_are_counted(own_ray: RayExecutorSpec) -> None:
    class Mortal(EpisodeWorker):
        """Dies after every few results, as soon as somebody has them."""

        told = False

        async def exchange(self, order: bytes) -> bytes:
            if self.told:
                os.kill(os.getpid(), signal.SIGKILL)
            report = await super().exchange(order)
            self.told = bool(Report.model_validate_json(report).finished)
            return report

    alone = own_ray.model_copy(update={"workers": 1, "concurrency": 1})
    idle = job(models={}, servers={}, agents=[{"kind": "idle"}], repeats=1)
    order = WorkOrder(job=idle, roots=PACKS)
    results = await played(RayExecutor(order, alone, worker=Mortal), plan(idle))
    assert len(results) == 8 > RESTARTS + 1
    assert not [scored for scored in results if scored.episode.failure]


async def test_losses_in_a_row_end_the_run(own_ray: RayExecutorSpec) -> None:
    class Stillborn(EpisodeWorker):
        """Dies before its first result."""

        async def open(self) -> bytes:
            os.kill(os.getpid(), signal.SIGKILL)
            return b""

    idle = job(models={}, servers={}, agents=[{"kind": "idle"}])
    order = WorkOrder(job=idle, roots=PACKS)
    line = f"was lost {RESTARTS + 1} times in a row"
    with pytest.RaisesGroup(pytest.RaisesExc(InfraError, match=line), flatten_subgroups=True):
        await played(RayExecutor(order, own_ray.model_copy(update={"workers": 1}), worker=Stillborn), plan(idle))


async def test_a_plan_grows_while_workers_wait_for_it(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """Two workers have nothing to do, hear of what is added long before a beat is over, and go home at the end."""
    growing, arrived = GrowingPlan(), asyncio.Queue[str]()

    async def deliver(finished: Finished) -> None:
        arrived.put_nowait(finished.result.episode)

    async with ordered(job(), tmp_path) as order, asyncio.TaskGroup() as group:
        specs = list(plan(order.job))[:12]
        group.create_task(RayExecutor(order, own_ray).play_all(growing, deliver))
        growing.add(specs[:1])
        await arrived.get()
        waits = []
        for number in range(1, 12):
            await asyncio.sleep(0.1)
            began = asyncio.get_running_loop().time()
            growing.add(specs[number : number + 1])
            assert await arrived.get() == specs[number].key
            waits.append(asyncio.get_running_loop().time() - began)
        growing.close()
    assert sorted(waits)[len(waits) // 2] < 0.5
