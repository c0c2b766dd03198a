"""Looking back needs the pack, and nothing around it."""

from typing import Any

import pytest
from support.packs.counter.environment import CounterPack

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.certification.trial import LIMITS
from wardian.episodes.hindsight.decisive import Hindsight
from wardian.episodes.runner import run_episode
from wardian.reports.failures.lookback import Lookback
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec

MODEL = {"models": {"m": {"base_url": "http://127.0.0.1:1/v1"}}}


def job(**world: Any) -> JobSpec:
    return JobSpec.model_validate(
        {"name": "j", "environments": [{"pack": "counter", **world}], "agents": [{"kind": "idle"}], **MODEL}
    )


async def looked(at: JobSpec, pack: CounterPack | None = None) -> Hindsight | str:
    """At who does nothing, played in the pack as it was."""
    then = CounterPack()
    (spec, *_) = Plan(at, {"counter": then})
    episode = await run_episode(
        spec, lambda: then.environment(spec.task.id), ScriptAgent((), "idle"), LIMITS, SystemClock()
    )
    worlds = PackWorlds(at, References.planned(at, {"counter": pack or then}))
    return await Lookback(worlds).look(episode)


async def test_who_does_nothing_has_lost_with_the_first_word() -> None:
    found = await looked(job())
    assert isinstance(found, Hindsight)
    assert (found.verdict, found.position) == ("decisive", 1)


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ({"stress": {"fault_rate": 0.5}}, "it is under stress"),
        ({"user": {"model": "m"}}, "a model speaks for its users"),
    ],
)
async def test_not_where_something_is_around_the_pack(around: dict[str, Any], why: str) -> None:
    assert await looked(job(**around)) == why


async def test_not_in_another_pack() -> None:
    assert "not here as it was" in str(await looked(job(), CounterPack(digest="new")))
