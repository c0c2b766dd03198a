"""The worlds of a run's episodes, where somebody can go back to them."""

from typing import Any

from support.packs.counter.environment import ADD, CounterPack

from wardian.episodes.record import EpisodeSpec
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec


def worlds(pack: CounterPack | None = None, **world: Any) -> tuple[PackWorlds, EpisodeSpec]:
    then = CounterPack()
    job = JobSpec.model_validate(
        {"name": "j", "environments": [{"pack": "counter", **world}], "agents": [{"kind": "idle"}]}
    )
    (spec, *_) = Plan(job, {"counter": then})
    return PackWorlds(job, References.planned(job, {"counter": pack or then})), spec


async def test_the_tools_are_those_of_the_pack() -> None:
    around, spec = worlds()
    assert list(await around.tools(spec)) == [ADD]


async def test_a_pack_that_changed_since_has_no_tools_and_no_reference() -> None:
    around, spec = worlds(CounterPack(digest="new"))
    assert list(await around.tools(spec)) == []
    assert await around.record(spec) is None


async def test_the_reference_is_played_without_what_stands_around_the_pack() -> None:
    around, spec = worlds(stress={"fault_rate": 0.5})
    record = await around.record(spec)
    assert record is not None
    assert record.findings is not None
    assert record.findings.success
