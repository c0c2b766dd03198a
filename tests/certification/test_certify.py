"""A sound pack is certified; each flaw that is planted in it is named, and no other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Literal, get_args

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.certification.certificate import Certificate, TaskCertificate
from wardian.certification.certify import certify, fingerprints
from wardian.environments.brief import Brief, Request
from wardian.environments.checks import Check, Communicated, StateReached
from wardian.environments.manifest import PackManifest
from wardian.environments.packs import PackContext
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.state import Row, State
from wardian.environments.template import Template
from wardian.environments.tool import tool
from wardian.environments.toolbox import Toolbox

SCHEMA = """
CREATE TABLE lights(room TEXT PRIMARY KEY, lit INTEGER, note TEXT);
CREATE TABLE diary(line INTEGER PRIMARY KEY, text TEXT);
"""
Room = Literal["hall", "kitchen", "cellar", "attic", "study", "porch", "garage", "pantry"]
ROOMS = get_args(Room)
CLOCK = count()


class House(Toolbox):
    @tool(effect="write")
    def switch_off(self, room: Room, note: str = "") -> Row:
        """Switch off a light."""
        self.state.run("UPDATE lights SET lit = 0, note = ? WHERE room = ?", note, room)
        return {"room": room, "lit": 0}


class Diarist(House):
    """Also writes down what it does, in the order in which it does it."""

    @tool(effect="write")
    def switch_off(self, room: Room, note: str = "") -> Row:
        """Switch off a light."""
        line = len(self.state.all("SELECT line FROM diary"))
        self.state.run("INSERT INTO diary VALUES (?, ?)", line, room)
        self.state.run("UPDATE lights SET lit = 0, note = ? WHERE room = ?", note, room)
        return {"room": room, "lit": 0}


class Moody(House):
    """Answers something else each time."""

    @tool(effect="write")
    def switch_off(self, room: Room, note: str = "") -> Row:
        """Switch off a light."""
        self.state.run("UPDATE lights SET lit = 0, note = ? WHERE room = ?", note, room)
        return {"room": room, "at": next(CLOCK)}


class Idler(House):
    """Has something to do that nobody wants."""

    @tool(effect="read")
    def look(self) -> Row:
        """Look around."""
        return {"seen": "nothing"}


def say(text: str) -> Message:
    return Message(role="assistant", content=text)


def off(room: str, number: int = 1) -> Message:
    arguments = orjson.dumps({"room": room, "note": f"a note on the {room}"}).decode()
    return Message(role="assistant", tool_calls=(ToolCall(id=f"c{number}", name="switch_off", arguments=arguments),))


def darken(room: str, *checks: Check) -> Scenario:
    request = Request(opening=f"Please switch off the light in the {room}.", detail=f"I mean the {room}.")
    script = (off(room), say(f"Done, the {room} is dark."))
    return Scenario(id=room, template="darken", brief=Brief(requests=(request,)), reference=script, checks=checks)


def pack(
    scenarios: Sequence[Scenario] = tuple(map(darken, ROOMS)),
    toolbox: Callable[[State], Toolbox] = House,
    policy: str = "You look after a house.",
    ignore: frozenset[str] = frozenset({"clock", "lights.note"}),
    checks: tuple[Check, ...] = (StateReached(),),
) -> SimulatedPack:
    lights: list[Row] = [{"room": room, "lit": 1, "note": ""} for room in ROOMS]
    start = Template(SCHEMA, {"lights": lights, "diary": []}, now=datetime(2026, 3, 2))
    world = World(template=start, toolbox=toolbox, policy=policy, checks=checks, ignore=ignore)
    context = PackContext(Path(), PackManifest(name="house", version="1"), {}, "digest")
    return SimulatedPack(context, world, scenarios)


def problems(certificate: Certificate) -> dict[str, tuple[str, ...]]:
    return {each.task: each.problems for each in certificate.tasks if each.problems}


async def test_a_sound_pack_is_certified() -> None:
    certificate = await certify(pack(), {}, elsewhere=True)
    assert problems(certificate) == {}
    assert certificate.problems == ()
    assert certificate.holds
    assert certificate.certified == ROOMS
    assert [each.mutants for each in certificate.tasks] == [2] * 8, "without it, another room; its note is ignored"
    assert Certificate.model_validate_json(certificate.model_dump_json()) == certificate


async def test_a_reference_that_fails() -> None:
    wrong = darken("hall", Communicated(name="told", pattern="pitch-black"))
    certificate = await certify(pack([wrong, darken("cellar")]), {})
    assert problems(certificate) == {"hall": ("the reference does not solve it (told)",)}
    assert certificate.certified == ("cellar",)
    assert not certificate.holds


async def test_a_task_that_asks_for_nothing() -> None:
    nothing = replace(darken("hall"), reference=(say("It is dark already."),))
    loose = await certify(pack([nothing], checks=(Communicated(name="any", pattern=""),)), {})
    found = problems(loose)["hall"]
    assert "who does nothing solves it" in found
    assert "who hands everything over solves it" in found
    assert "1 of 1 mistakes go unnoticed: without telling anything" in found


async def test_an_answer_that_stands_in_the_policy() -> None:
    asked = replace(
        darken("hall"),
        reference=(say("The code is 4711."),),
        checks=(Communicated(name="code", pattern="4711"),),
    )
    leaky = await certify(pack([asked], policy="The code is 4711.", checks=()), {})
    assert problems(leaky) == {"hall": ("who repeats what was said solves it",)}
    sound = await certify(pack([asked], checks=()), {})
    assert problems(sound) == {}


async def test_checks_that_see_nothing() -> None:
    told = Communicated(name="told", pattern="dark")
    blind = await certify(pack([darken("hall", told)], ignore=frozenset({"clock", "lights"})), {})
    assert problems(blind) == {
        "hall": ("2 of 2 mistakes go unnoticed: without switch_off; switch_off with another room",)
    }


async def test_a_world_that_is_no_function_of_what_is_done() -> None:
    certificate = await certify(pack(toolbox=Moody), {})
    assert problems(certificate) == dict.fromkeys(ROOMS, ("the same actions lead to something else",))


async def test_independent_calls_whose_order_matters() -> None:
    both = replace(darken("hall"), reference=(off("hall"), off("cellar", 2), say("Both are dark.")))
    assert problems(await certify(pack([both]), {})) == {}
    certificate = await certify(pack([both], toolbox=Diarist), {})
    assert problems(certificate) == {"hall": ("the order of independent calls matters: switch_off, switch_off",)}


async def test_a_tool_that_nobody_needs() -> None:
    certificate = await certify(pack(toolbox=Idler), {})
    assert certificate.problems == ("no reference calls look",)
    assert problems(certificate) == {}
    assert not certificate.holds


async def test_another_process_may_disagree() -> None:
    certificate = await certify(pack(), {}, elsewhere=False)
    assert certificate.problems == ("another process gets other results",)
    assert not certificate.holds


async def test_fingerprints_are_those_of_the_world_not_of_the_moment() -> None:
    assert await fingerprints(pack()) == await fingerprints(pack())
    assert len(set(await fingerprints(pack()))) == len(ROOMS)
    assert await fingerprints(pack(toolbox=Moody)) != await fingerprints(pack(toolbox=Moody))


def test_one_mistake_in_twenty_may_go_unnoticed() -> None:
    sound = TaskCertificate(
        task="t",
        reference=True,
        idle=False,
        hand_off=False,
        echo=False,
        random=False,
        deterministic=True,
        mutants=20,
        survivors=("x",),
    )
    assert sound.problems == ()
    assert sound.model_copy(update={"mutants": 19}).problems == ("1 of 19 mistakes go unnoticed: x",)
    assert sound.model_copy(update={"mutants": 0, "survivors": ()}).problems == ("no mistake could be tried on it",)


class Slow(House):
    """Takes its time: every look lets a minute pass."""

    @tool(effect="write")
    def look(self) -> Row:
        """Look around."""
        self.clock.advance(timedelta(minutes=1))
        return {"seen": "lights"}


async def test_that_time_passes_is_no_effect_of_a_call() -> None:
    look = Message(role="assistant", tool_calls=(ToolCall(id="c0", name="look"),))
    scenarios = [replace(each, reference=(look, *each.reference)) for each in map(darken, ROOMS)]
    certificate = await certify(pack(scenarios, toolbox=Slow), {})
    assert problems(certificate) == {}
    assert [each.mutants for each in certificate.tasks] == [2] * 8, "as without the look"
