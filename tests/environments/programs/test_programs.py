"""Task programs: turns, time, checks, replay, and whose fault it is when one goes wrong."""

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from wardian.agents.script_agent import ScriptAgent
from wardian.base.errors import ConfigError, EnvironmentFault
from wardian.base.messages import Message, ToolCall
from wardian.certification.certify import certify
from wardian.certification.trial import played
from wardian.environments.findings import Findings
from wardian.environments.manifest import PackManifest
from wardian.environments.packs import PackContext
from wardian.environments.programs.pack import ProgramPack
from wardian.environments.programs.program import Case, Program
from wardian.environments.programs.seat import Agent
from wardian.environments.programs.setting import Setting
from wardian.environments.programs.stage import Stage
from wardian.environments.programs.world import ProgramWorld
from wardian.environments.solution import Solution
from wardian.environments.state import Row
from wardian.environments.template import Template
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox
from wardian.specs.job import Limits

SCHEMA = "CREATE TABLE jars(name TEXT PRIMARY KEY, beans INTEGER NOT NULL)"
FOLDER = Path(__file__).parent
OUTSIDE = count()


class Shelf(Toolbox):
    @tool(effect="read")
    def look(self) -> list[Row]:
        """Look at all jars."""
        return self.state.all("SELECT * FROM jars ORDER BY name")

    @tool(effect="write")
    def fill(self, name: str, beans: int) -> Row:
        """Put beans into a jar."""
        if not self.state.run("UPDATE jars SET beans = beans + ? WHERE name = ?", beans, name):
            raise ToolError("not_found", f"there is no jar {name}")
        return {"name": name}


def pack_of(program: Any, solution: Callable[..., Sequence[Message]] = lambda **case: (), **cases: Case) -> ProgramPack:
    template = Template(SCHEMA, {"jars": [{"name": "a", "beans": 1}, {"name": "b", "beans": 2}]}, datetime(2026, 1, 1))
    context = PackContext(FOLDER, PackManifest(name="shelf", version="1"), {}, "digest")
    return ProgramPack(
        context, Setting(FOLDER, template, Shelf, "Be tidy."), [Program(program, solution, cases or None)]
    )


def world_of(program: Any, **cases: Case) -> ProgramWorld:
    pack = pack_of(program, lambda **case: (), **cases)
    world = pack.environment(pack.tasks()[0].id)
    assert isinstance(world, ProgramWorld)
    return world


def fill(name: str, beans: int) -> ToolCall:
    return ToolCall(id="c", name="fill", arguments=orjson.dumps({"name": name, "beans": beans}).decode())


def by_name(findings: Findings) -> Mapping[str, bool]:
    return {check.name: check.passed for check in findings.checks}


def line_of(program: Callable[..., Any], words: str) -> int:
    lines, first = inspect.getsourcelines(program)
    return first + next(number for number, line in enumerate(lines) if words in line)


async def two_turns(env: Stage, agent: Agent) -> None:
    reply = await agent.act("Fill jar a.")
    env.check("filled", len(reply.called("fill")) == 1, "fill was not called")
    env.add("jars", {"name": "c", "beans": 9})
    reply = await agent.act(f"You said {reply.text}. Now jar b.")
    row = env.one("SELECT beans FROM jars WHERE name = 'b'")
    env.check("b", row == {"beans": 7}, f"b holds {row}", weight=2.0, required=False)
    env.forbid("c", env.change("UPDATE jars SET beans = 0 WHERE name = 'c' AND beans <> 9") > 0)


async def test_a_program_is_resumed_with_what_the_agent_said_and_did() -> None:
    world = world_of(two_turns)
    policy, opening = await world.open(1)
    assert (policy.role, policy.content, opening.role, opening.content) == ("system", "Be tidy.", "user", "Fill jar a.")
    observation = await world.call(fill("a", 3))
    assert [(change.key, change.after) for change in observation.changes] == [("a", 4)]
    assert await world.reply("done") == "You said done. Now jar b."
    assert not (await world.call(ToolCall(id="c", name="look"))).changes, "the program's changes are not the agent's"
    await world.call(fill("b", 5))
    assert await world.reply("done too") is None
    assert await world.reply("anybody?") is None
    findings = await world.examine()
    assert [(change.key, change.after) for change in findings.actual] == [("a", 4), ("b", 7)]
    assert by_name(findings) == {"filled": True, "b": True, "c": True, "finished": True}
    assert [check.weight for check in findings.checks] == [1.0, 2.0, 0.0, 0.0]
    assert [(check.milestone, check.rule, check.actions) for check in findings.checks] == [
        (True, None, (1,)),
        (True, None, (4,)),
        (False, "forbids", ()),
        (False, None, ()),
    ]
    assert findings.success
    world.close()


async def test_who_does_nothing_fails_and_earns_nothing() -> None:
    world = world_of(two_turns)
    await world.open(1)
    assert await world.reply("") == "You said . Now jar b."
    assert await world.reply("") is None
    findings = await world.examine()
    assert not findings.success
    assert sum(check.weight for check in findings.checks if check.passed) == 0
    assert "b holds {'beans': 2}" in [check.detail for check in findings.checks]
    world.close()


async def test_a_program_that_is_not_at_its_end_is_not_solved() -> None:
    world = world_of(two_turns)
    await world.open(1)
    await world.call(fill("a", 1))
    await world.reply("done")
    findings = await world.examine()
    assert by_name(findings) == {"filled": True, "finished": False}
    assert not findings.success
    assert findings.checks[-1].detail == "the program was not at its end after 1 turns"
    world.close()


async def errors_are_seen(env: Stage, agent: Agent) -> None:
    reply = await agent.act("Try.")
    assert [(call.tool, call.error) for call in reply.calls] == [
        *(("fill", "not_found"), ("fill", "invalid_arguments"), ("dance", "unknown_tool"), ("fill", None))
    ]
    assert [call.given for call in reply.calls] == [{"name": "z", "beans": 1}, {}, {}, {"name": "a", "beans": 1}]
    assert reply.called("fill")[0].text == '{"name":"a"}'
    env.check("seen", True)


async def test_calls_come_with_their_codes() -> None:
    world = world_of(errors_are_seen)
    await world.open(1)
    calls = [fill("z", 1), ToolCall(id="c", name="fill", arguments="[1"), ToolCall(id="c", name="dance"), fill("a", 1)]
    for call in calls:
        await world.call(call)
    assert await world.reply("ok") is None
    assert (await world.examine()).success
    world.close()


async def proactive(env: Stage, agent: Agent, beats: int) -> None:
    await agent.act("Watch the jars.")
    for beat in range(beats):
        await agent.wake(minutes=30)
        env.check(f"beat {beat}", True)
    await agent.deliver("jar.broken", {"name": "a"})
    env.check("time", env.now == datetime(2026, 1, 1, 1), str(env.now))


async def test_time_passes_and_the_outside_calls() -> None:
    world = world_of(proactive, two={"beats": 2})
    await world.open(1)
    assert (await world.reply("I will") or "").startswith("[heartbeat] It is 2026-01-01 00:30.")
    assert (await world.reply("") or "").startswith("[heartbeat] It is 2026-01-01 01:00.")
    delivered = await world.reply("") or ""
    assert orjson.loads(delivered.removeprefix("[webhook] ")) == {
        "event": "jar.broken",
        "time": "2026-01-01T01:00:00",
        "name": "a",
    }
    assert await world.reply("") is None
    assert (await world.examine()).success
    world.close()


def test_a_program_makes_a_task_of_every_case() -> None:
    pack = pack_of(proactive, lambda beats: [Message(role="assistant")] * beats, one={"beats": 1}, two={"beats": 2})
    assert [(card.id, card.template) for card in pack.tasks()] == [
        ("proactive_one", "proactive"),
        ("proactive_two", "proactive"),
    ]
    assert len(pack.reference("proactive_two")) == 2
    assert [card.id for card in pack_of(two_turns).tasks()] == ["two_turns"]


@pytest.mark.parametrize(
    ("program", "cases", "said"),
    [
        (
            proactive,
            {"x": {"beats": 1, "beat": 1}},
            r"the program proactive, case 'x': got an unexpected keyword argument 'beat'",
        ),
        (proactive, {"x": {}}, r"the program proactive, case 'x': missing a required argument: 'beats'"),
        (lambda env, agent: None, {}, r"the program <lambda> is no `async def`"),
    ],
)
def test_a_program_that_cannot_be_played_is_a_mistake_of_the_pack(program: Any, cases: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        pack_of(program, **cases)


def test_two_tasks_of_one_name_are_a_mistake_of_the_pack() -> None:
    pack = pack_of(two_turns)
    with pytest.raises(ConfigError, match="two tasks are called 'two_turns'"):
        ProgramPack(
            PackContext(FOLDER, PackManifest(name="shelf", version="1"), {}, "digest"),
            pack._setting,
            [Program(two_turns, lambda: ())] * 2,
        )


# Snapshots


async def wandering(env: Stage, agent: Agent) -> None:
    reply = await agent.act("Where to?")
    for step in range(5):
        lucky = env.random("steps").randrange(10)
        env.change("UPDATE jars SET beans = beans + ? WHERE name = 'a'", lucky + len(reply.text) + len(reply.calls))
        reply = await agent.act(f"Step {step}: {lucky}")


async def test_a_restored_world_goes_on_exactly_where_it_was() -> None:
    world = world_of(wandering)
    await world.open(7)
    await world.call(fill("b", 2))
    await world.reply("east")
    await world.call(fill("a", 1))
    saved, digest = world.snapshot(), world.digest()
    fork = world.fork()
    onward = [await world.reply("north"), await world.reply("south"), world.digest()]
    assert fork.digest() == digest
    assert [await fork.reply("north"), await fork.reply("south"), fork.digest()] == onward
    world.restore(saved)
    assert world.digest() == digest
    assert world.snapshot() == saved
    assert [await world.reply("north"), await world.reply("south"), world.digest()] == onward
    world.close()
    fork.close()


async def test_a_world_that_was_not_opened_can_be_saved_as_well() -> None:
    world = world_of(wandering)
    other = world.fork()
    assert [message.content for message in await other.open(3)][-1] == "Where to?"
    other.close()
    world.close()


async def impure(env: Stage, agent: Agent) -> None:
    await agent.act(f"Number {next(OUTSIDE)}.")
    await agent.act("And?")


async def secretly_impure(env: Stage, agent: Agent) -> None:
    await agent.act("Well?")
    env.change("UPDATE jars SET beans = ?", next(OUTSIDE))
    await agent.act("And?")


@pytest.mark.parametrize("program", [impure, secretly_impure])
async def test_a_program_that_is_no_pure_function_is_found_out(program: Any) -> None:
    world = world_of(program)
    await world.open(1)
    await world.reply("so")
    with pytest.raises(EnvironmentFault, match=r"goes another way when it is played again"):
        world.restore(world.snapshot())
    world.close()


# Mistakes of authors


async def awaits_others(env: Stage, agent: Agent) -> None:
    await agent.act("Wait.")
    await asyncio.sleep(0.001)


async def awaits_nothing(env: Stage, agent: Agent) -> None:
    await agent.act("Wait.")
    await _inner()


async def _inner() -> None:
    await asyncio.sleep(0)


async def divides(env: Stage, agent: Agent) -> None:
    reply = await agent.act("Divide.")
    env.check("half", 1 / len(reply.calls) == 1)


async def checks_twice(env: Stage, agent: Agent) -> None:
    await agent.act("Check.")
    env.check("it", True)
    env.check("it", False)


async def forgets_to_await(env: Stage, agent: Agent) -> None:
    await agent.act("First.")
    agent.act("Second.")
    await agent.act("Third.")


async def forgets_to_await_at_the_end(env: Stage, agent: Agent) -> None:
    await agent.act("First.")
    agent.act("Second.")


async def says_nothing(env: Stage, agent: Agent) -> None:
    await agent.act("First.")
    await agent.act("  ")


async def bad_sql(env: Stage, agent: Agent) -> None:
    await agent.act("First.")
    env.change("UPDATE nowhere SET x = 1")


@pytest.mark.parametrize(
    ("program", "words", "said"),
    [
        (awaits_others, "asyncio", "awaits something else than the agent"),
        (divides, "1 / len", "ZeroDivisionError: division by zero"),
        (checks_twice, '("it", False)', "the check 'it' is made twice"),
        (forgets_to_await, "Third", "what was said to the agent before was not awaited"),
        (says_nothing, '"  "', "nothing is said to the agent"),
        (bad_sql, "UPDATE nowhere", "OperationalError: no such table: nowhere"),
    ],
)
async def test_a_mistake_is_the_program_s_and_has_a_line(program: Any, words: str, said: str) -> None:
    world = world_of(program)
    await world.open(1)
    with pytest.raises(EnvironmentFault) as caught:
        await world.reply("yes")
    place = f"test_programs.py:{line_of(program, words)}: the program {program.__name__}"
    assert str(caught.value).startswith(place)
    assert said in str(caught.value)
    world.close()


async def test_the_place_is_the_innermost_line_of_the_pack() -> None:
    world = world_of(awaits_nothing)
    await world.open(1)
    with pytest.raises(EnvironmentFault, match=rf"^test_programs.py:{line_of(_inner, 'sleep')}: "):
        await world.reply("yes")
    world.close()


async def test_the_last_words_have_to_be_awaited_too() -> None:
    world = world_of(forgets_to_await_at_the_end)
    await world.open(1)
    with pytest.raises(EnvironmentFault, match=r"'Second\.' was said to the agent and not awaited"):
        await world.reply("yes")
    world.close()


async def silent(env: Stage, agent: Agent) -> None:
    env.check("nothing", True)


async def test_a_program_that_never_speaks_is_at_fault() -> None:
    world = world_of(silent)
    with pytest.raises(EnvironmentFault, match="the program silent ends before it says anything to the agent"):
        await world.open(1)
    world.close()


async def test_a_program_s_mistake_is_no_failure_of_the_agent() -> None:
    pack = pack_of(divides)
    episode = await played(pack, pack.tasks()[0], ScriptAgent((), "idle"))
    assert episode.failure is not None
    assert (episode.failure.cause, episode.failure.kind) == ("environment", "EnvironmentFault")


async def test_a_program_is_closed_in_the_midst_of_itself() -> None:
    seen = []

    async def tidies_up(env: Stage, agent: Agent) -> None:
        try:
            await agent.act("Wait.")
        finally:
            seen.append("closed")

    world = world_of(tidies_up)
    await world.open(1)
    world.close()
    assert seen == ["closed"]


async def test_a_reference_that_fails_is_told() -> None:
    script = Solution()
    script.call("fill", name="z", beans=1)
    pack = pack_of(two_turns, lambda: script.messages)
    with pytest.raises(EnvironmentFault, match="the reference of two_turns fails at fill: "):
        pack.goal("two_turns")


async def test_an_endless_text_counts_up_to_a_point() -> None:
    world = world_of(two_turns)
    await world.open(1)
    assert len(await world.reply("x" * 1_000_000) or "") < 30_000
    world.close()


async def test_programs_are_certified_like_other_tasks() -> None:
    def solution() -> Sequence[Message]:
        script = Solution()
        script.call("fill", name="a", beans=3)
        script.say("done")
        script.call("look")
        script.call("fill", name="b", beans=5)
        script.say("done")
        return script.messages

    async def strict(env: Stage, agent: Agent) -> None:
        await agent.act("Put three beans into a.")
        env.check("a", env.one("SELECT beans FROM jars WHERE name = 'a'") == {"beans": 4})
        env.add("jars", {"name": "c", "beans": 9})
        await agent.act("And five into b.")
        env.check("b", env.all("SELECT beans FROM jars ORDER BY name") == [{"beans": 4}, {"beans": 7}, {"beans": 9}])

    certificate = await certify(pack_of(strict, solution), {}, "files")
    assert not certificate.tasks[0].problems
    assert certificate.tasks[0].mutants == 6  # `look` saw what the program had changed, and changed nothing itself
    assert certificate.holds


async def test_a_limit_ends_a_program_that_would_go_on() -> None:
    async def endless(env: Stage, agent: Agent) -> None:
        while True:
            await agent.act("More.")

    pack = pack_of(endless)
    limits = Limits(turns=5, wall_s=60.0, tool_errors=40)
    episode = await played(pack, pack.tasks()[0], ScriptAgent((), "idle"), limits=limits)
    assert episode.stop == "turn_limit"
    assert episode.findings is not None
    assert not episode.findings.success
