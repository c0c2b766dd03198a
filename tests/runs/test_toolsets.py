"""The tools of an episode are asked of its pack, if that can be opened again without effects."""

from support.packs.counter.environment import ADD, Counter, CounterPack

from wardian.base.bundle import Bundle
from wardian.base.messages import ToolSchema
from wardian.environments.stressed import StressedWorld
from wardian.runs.plan import Plan
from wardian.runs.toolsets import Toolsets
from wardian.specs.environments import StressSpec
from wardian.specs.job import JobSpec

JOB = JobSpec.model_validate(
    {"name": "j", "environments": [{"pack": "counter"}], "agents": [{"kind": "idle"}, {"kind": "reference"}]}
)


class OpenedPack(CounterPack):
    """Knows how often it was opened."""

    opened = 0

    def environment(self, task: str) -> Counter:
        self.opened += 1
        return Counter(1)


class BrokenPack(CounterPack):
    """Has no world to show."""

    def environment(self, task: str) -> Counter:
        raise RuntimeError("no world")


async def tools_in(pack: CounterPack, digest: str = "d1") -> list[tuple[ToolSchema, ...]]:
    """What the episodes of a run that was played with another pack's digest, or the same, are said to have had."""
    toolsets = Toolsets(JOB, {"counter": pack})
    return [await toolsets.of(spec) for spec in Plan(JOB, {"counter": CounterPack(digest=digest)})]


async def test_every_task_is_opened_once() -> None:
    pack = OpenedPack()
    assert await tools_in(pack) == [(ADD,)] * 6
    assert pack.opened == 3


async def test_hidden_names_are_those_that_the_agent_was_told() -> None:
    stressed = {"pack": "counter", "stress": {"hide": "names"}}
    job = JobSpec.model_validate({"name": "j", "environments": [stressed], "agents": [{"kind": "idle"}], "repeats": 2})
    pack = CounterPack(digest="d1")
    toolsets = Toolsets(job, {"counter": pack})
    for spec in Plan(job, {"counter": pack}):
        world = StressedWorld(pack.environment(spec.task.id), job.environments[0].stress or StressSpec())
        await world.open(spec.seed)
        (tool,) = await toolsets.of(spec)
        assert tool == world.tools()[0]
        assert tool.name != ADD.name


async def test_a_version_had_its_own_words_about_them() -> None:
    toolsets = Toolsets(JOB, {"counter": CounterPack(digest="d1")})
    spec = next(iter(Plan(JOB, {"counter": CounterPack(digest="d1")})))
    bundle = Bundle(agent=spec.agent.name, texts={"tool:add.description": "Counts up."})
    version = spec.model_copy(update={"agent": spec.agent.version(bundle, "idle@1")})
    assert [tool.description for tool in await toolsets.of(version)] == ["Counts up."]
    assert await toolsets.of(spec) == (ADD,)


async def test_another_pack_than_was_played_is_not_opened() -> None:
    pack = OpenedPack()
    assert await tools_in(pack, "old") == [()] * 6
    assert not pack.opened


async def test_worlds_in_which_opening_has_effects_are_left_alone() -> None:
    pack = OpenedPack()
    pack.replay = "restart"
    assert await tools_in(pack) == [()] * 6
    assert not pack.opened


async def test_a_pack_that_breaks_has_no_tools() -> None:
    assert await tools_in(BrokenPack()) == [()] * 6
