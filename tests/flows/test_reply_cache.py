"""A run recorded and replayed: the same results, without a server and for nothing."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from support.outcomes import essence, record_of

from wardian.assembly import WorkOrder, check_endpoints, open_play
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.environments.packs import load_packs
from wardian.models.endpoint import RunningServer
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.runs.executor import Play
from wardian.runs.folder_store import FolderStore
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.servers import PackPlaybook
from wardian.simulator.app import SimulatorApp
from wardian.specs.cache import CacheMode
from wardian.specs.job import JobSpec
from wardian.specs.models import SimulatorServer

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
SKILL = {"accuracy": 0.6, "wrong_argument": 0.2, "loop": 0.2}
SERVER = {"sim": RunningServer(url="http://simulator", simulated=True)}


def job(folder: Path, mode: CacheMode, **changes: object) -> JobSpec:
    base: dict[str, object] = {
        "name": "cached",
        "environments": [{"pack": "counter", "knobs": {"tasks": 8}}],
        "servers": {"sim": {"kind": "simulator", "skills": {"m": SKILL, "n": SKILL}}},
        "models": {
            "m": {"server": "sim", "price": {"input": 1, "output": 1}, "api_key_env": "THE_KEY"},
            "n": {"server": "sim", "price": {"input": 1, "output": 1}, "tools": "text"},
        },
        "fusions": {"panel": {"members": ["m", "n", "m"]}},
        "agents": [{"name": name, "model": name} for name in ("m", "n")]
        + [{"name": "panel", "model": "fusion/panel"}, {"kind": "reference"}],
        "repeats": 3,
        "cache": {"mode": mode, "folder": str(folder)},
    }
    return JobSpec.model_validate({**base, **changes})


class Simulated(httpx.AsyncBaseTransport):
    """The simulator without a network; counts what it is asked, and can go away."""

    def __init__(self, job: JobSpec) -> None:
        server = job.servers["sim"]
        assert isinstance(server, SimulatorServer)
        self._app = httpx.ASGITransport(SimulatorApp(server, PackPlaybook(load_packs(job, PACKS))))
        self.asked = 0
        self.gone_after: int | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.gone_after is not None and self.asked >= self.gone_after:
            return httpx.Response(400, json={"error": {"message": "gone"}})
        self.asked += 1
        return await self._app.handle_async_request(request)


class Nobody(httpx.AsyncBaseTransport):
    """A network that must not be used."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"a replay called {request.url}")


@asynccontextmanager
async def opened(job: JobSpec, network: httpx.AsyncBaseTransport, store: str | None) -> AsyncIterator[Play]:
    """A replay is given neither servers nor keys."""
    replay = job.cache.mode == "replay"
    order = WorkOrder(job=job, servers={} if replay else SERVER, roots=PACKS, store=store)
    environ = {} if replay else {"THE_KEY": "sk-test"}
    async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), environ, HttpxWire(network)) as play:
        yield play


async def played(job: JobSpec, network: httpx.AsyncBaseTransport, store: str | None = None) -> list[Scored]:
    results: list[Scored] = []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    async with opened(job, network, store) as play:
        await LocalExecutor(play, 16).play_all(Plan(job, load_packs(job, PACKS)), deliver)
    return results


def spent(results: list[Scored]) -> float:
    return sum(scored.episode.spent_usd or 0.0 for scored in results)


def calls(results: list[Scored]) -> int:
    return sum(len(scored.episode.asked) for scored in results)


def cached(results: list[Scored]) -> int:
    return sum(scored.episode.cached_calls for scored in results)


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., JobSpec]:
    return lambda mode="record", **changes: job(tmp_path / "replies", mode, **changes)


Recorded = Callable[..., JobSpec]


async def test_a_replay_is_the_same_run_for_nothing(recorded: Recorded) -> None:
    first = await played(recorded("record"), Simulated(recorded()))
    cost = sum(scored.episode.cost_usd or 0.0 for scored in first)
    assert cost > 0
    assert spent(first) == pytest.approx(cost)
    again = await played(recorded("replay"), Nobody())
    assert len(again) == 8 * 4 * 3
    assert essence(again) == essence(first)
    assert spent(again) == 0
    assert cached(again) == sum(
        len(scored.episode.asked) for scored in again if scored.episode.spec.agent.name != "reference"
    )


async def test_a_cached_run_is_the_run_without_a_cache(recorded: Recorded) -> None:
    off = await played(recorded("off"), Simulated(recorded()))
    recording = await played(recorded("record"), Simulated(recorded()))
    assert essence(off) == essence(recording)


async def test_repeats_of_a_task_are_different_draws(recorded: Recorded) -> None:
    """The opening is the same in all repeats: with one answer for all, pass^k would be a lie."""
    await played(recorded("record"), Simulated(recorded()))
    replayed = await played(recorded("replay"), Nobody())
    openings = {
        (scored.episode.spec.task.id, scored.episode.asked[0].completion.message.model_dump_json())
        for scored in replayed
        if scored.episode.spec.agent.name == "m"
    }
    assert len(openings) > 8


async def test_what_was_not_recorded_is_missing_and_the_rest_is_played(recorded: Recorded) -> None:
    await played(recorded("record", repeats=2), Simulated(recorded()))
    replayed = await played(recorded("replay"), Nobody())
    failures = [scored.episode.failure for scored in replayed if scored.episode.failure is not None]
    assert len(failures) == 8 * 3
    assert {failure.kind for failure in failures} == {"cache_miss"}
    assert all(scored.episode.missing for scored in replayed if scored.episode.failure)
    assert any("counter/count-1 t1/agent" in failure.message for failure in failures)


async def test_read_write_asks_only_for_what_is_new(recorded: Recorded) -> None:
    """Two repeats first, then three: the calls of the first two are not paid again."""
    await played(recorded("read-write", repeats=2), before := Simulated(recorded()))
    await played(recorded("off"), whole := Simulated(recorded()))
    results = await played(recorded("read-write"), after := Simulated(recorded()))
    assert 0 < after.asked == whole.asked - before.asked
    assert essence(results) == essence(await played(recorded("replay"), Nobody()))


async def test_a_run_that_broke_in_the_middle_is_replayed_so_and_resumed_without_paying_twice(
    recorded: Recorded,
) -> None:
    await played(recorded("off"), whole := Simulated(recorded()))
    network = Simulated(recorded())
    network.gone_after = whole.asked // 2
    broken = await played(recorded("read-write"), network)
    assert any(scored.episode.missing for scored in broken)
    assert essence(await played(recorded("replay"), Nobody())) == essence(broken)
    network.gone_after = None
    mended = await played(recorded("read-write"), network)
    assert not any(scored.episode.missing for scored in mended)
    assert network.asked == whole.asked


async def test_other_prices_limits_and_arms_find_what_is_there(recorded: Recorded) -> None:
    await played(recorded("record"), Simulated(recorded()))
    models = {"m": {"server": "sim", "price": {"input": 9, "output": 9}, "rpm": 60}}
    agents = [{"kind": "idle"}, {"name": "m", "model": "m"}]
    replayed = await played(
        recorded("replay", models=models, agents=agents, fusions={}, limits={"turns": 29}), Nobody()
    )
    assert not any(scored.episode.missing for scored in replayed)


async def test_a_replay_of_nothing_is_refused_before_it_begins(recorded: Recorded) -> None:
    with pytest.raises(ConfigError, match=r"^cache\.folder: there is nothing to replay in "):
        await check_endpoints(recorded("replay"), {})
    await played(recorded("record"), Simulated(recorded()))
    await check_endpoints(recorded("replay"), {})


async def test_a_replay_writes_no_calls_down(recorded: Recorded, tmp_path: Path) -> None:
    """They are written down already."""
    run = tmp_path / "run"
    run.mkdir()
    await played(recorded("record"), Simulated(recorded()), store=str(run))
    (log,) = FolderStore(run).logs("calls")
    FolderStore(run).delete(log)
    await played(recorded("replay"), Nobody(), store=str(run))
    assert not FolderStore(run).logs("calls")


async def test_the_folder_holds_one_segment_for_every_writer(recorded: Recorded) -> None:
    await played(recorded("record"), Simulated(recorded()))
    await played(recorded("read-write"), Nobody())
    assert os.listdir(recorded().cache.folder) == ["000001.replies"]
