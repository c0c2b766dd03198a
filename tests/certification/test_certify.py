"""A sound pack is certified; each flaw that is planted in it is named, and no other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Literal, get_args

import orjson
from support.scripts import say

from wardian.base.messages import Message, ToolCall
from wardian.certification.certificate import Certificate, TaskCertificate
from wardian.certification.certify import certify, fingerprints
from wardian.environments.brief import Brief, Deed, Request
from wardian.environments.checks import Check, Communicated, Invariant, Never, StateReached, Withheld
from wardian.environments.life.fault import Fault
from wardian.environments.manifest import PackManifest
from wardian.environments.observation import Observation
from wardian.environments.packs import PackContext
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.state import Row, State
from wardian.environments.template import Template
from wardian.environments.tool import Actor, tool
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


class Registrar(House):
    """Knows who lives where."""

    @tool(effect="read")
    def who_lives_in(self, flat: str) -> Row:
        """Look somebody up."""
        return {"name": "Smith" if flat == "4711" else "Jones"}


class Idler(House):
    """Has something to do that nobody wants."""

    @tool(effect="read")
    def look(self) -> Row:
        """Look around."""
        return {"seen": "nothing"}


class Haunted(Idler):
    """Something is written into the diary whenever somebody looks around, by nobody's call."""

    def call(self, call: ToolCall, actor: Actor = "agent") -> Observation:
        """Execute the call, and let it happen."""
        seen = super().call(call, actor)
        if call.name == "look":
            line = len(self.state.all("SELECT line FROM diary"))
            self.state.run("INSERT INTO diary VALUES (?, 'boo')", line)
            self.state.drain()
        return seen


class Hotel(House):
    """Its rooms have lights of their own, which only the guest can reach."""

    @tool(effect="write", actor="user")
    def press(self, room: str) -> Row:
        """Press the button."""
        self.state.run("UPDATE lights SET lit = 0 WHERE room = ?", room)
        return {"room": room}


class Sweeper(Toolbox):
    """Switches off several at once."""

    @tool(effect="write")
    def sweep(self, rooms: list[str]) -> Row:
        """Switch off the lights in some rooms."""
        for room in rooms:
            self.state.run("UPDATE lights SET lit = 0 WHERE room = ?", room)
        return {"swept": rooms}


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
    call_min: float = 0.0,
) -> SimulatedPack:
    lights: list[Row] = [{"room": room, "lit": 1, "note": ""} for room in ROOMS]
    start = Template(SCHEMA, {"lights": lights, "diary": []}, now=datetime(2026, 3, 2))
    world = World(template=start, toolbox=toolbox, policy=policy, checks=checks, ignore=ignore, call_min=call_min)
    context = PackContext(Path(), PackManifest(name="house", version="1"), {}, "digest")
    return SimulatedPack(context, world, scenarios)


def problems(certificate: Certificate) -> dict[str, tuple[str, ...]]:
    return {each.task: each.problems for each in certificate.tasks if each.problems}


async def test_a_sound_pack_is_certified() -> None:
    certificate = await certify(pack(), {}, "files", elsewhere=True)
    assert problems(certificate) == {}
    assert certificate.problems == ()
    assert certificate.holds
    assert certificate.certified == ROOMS
    assert [each.mutants for each in certificate.tasks] == [2] * 8, "without it, another room; its note is ignored"
    assert Certificate.model_validate_json(certificate.model_dump_json()) == certificate


async def test_a_call_that_only_was_there_when_something_happened_can_be_left_out() -> None:
    look = Message(role="assistant", tool_calls=(ToolCall(id="c0", name="look", arguments="{}"),))
    scenarios = [replace(each, reference=(look, *each.reference)) for each in map(darken, ROOMS)]
    certificate = await certify(
        pack(scenarios, Haunted, ignore=frozenset({"clock", "lights.note", "diary"})), {}, "files"
    )
    assert certificate.holds
    assert [each.mutants for each in certificate.tasks] == [2] * 8, "without switching off, another room"


async def test_a_lost_answer_hides_no_mistake() -> None:
    """The reference repeats the call: both are wrong together, or one would make good for the other."""
    for kind in ("applied_timeout", "timeout"):
        lost = Fault.model_validate({"kind": kind, "tools": ("switch_off",), "nth": (1,)})
        script = (off("hall"), off("hall", 2), say("Done, the hall is dark."))
        certificate = await certify(pack([replace(darken("hall"), reference=script, faults=(lost,))]), {}, "files")
        assert problems(certificate) == {}
        assert certificate.tasks[0].mutants == 2


def guided(*checks: Check) -> Scenario:
    """The guest presses one button, the agent another one."""
    press = Deed(name="press", asked=r"\bpress\b", tool="press", arguments={"room": "attic"}, reports="Pressed.")
    request = Request(opening="It is too bright.", detail="In the attic and in the hall.")
    script = (say("Which room?"), say("Please press the button."), off("hall"), say("Done. Anything else?"))
    brief = Brief(requests=(request,), deeds=(press,))
    return replace(darken("hall", *checks), brief=brief, reference=script)


async def test_what_the_user_is_told_to_do_is_part_of_the_solution() -> None:
    sound = await certify(pack([guided()], toolbox=Hotel), {}, "files")
    assert problems(sound) == {}
    assert [each.mutants for each in sound.tasks] == [3], "without the call, in another room, without the instruction"
    hall = Invariant(name="dark", broken="SELECT 1 FROM lights WHERE room = 'hall' AND lit = 1")
    blind = await certify(pack([guided(hall)], toolbox=Hotel, checks=()), {}, "files")
    assert problems(blind)["hall"][-1].endswith("go unnoticed: without saying: Please press the button.")


async def test_time_that_passes_is_no_change() -> None:
    told = darken("hall", Communicated(name="told", pattern="it is dark"))
    seen = Message(role="assistant", tool_calls=(ToolCall(id="c2", name="look", arguments="{}"),))
    looked = replace(told, reference=(seen, off("hall"), say("It is dark.")))
    asleep = replace(told, id="asleep", reference=(seen, say("It is dark.")))
    slow = pack([looked, asleep], toolbox=Idler, call_min=1.0)
    certificate = await certify(slow, {}, "files")
    assert problems(certificate) == {}
    assert [each.mutants for each in certificate.tasks] == [2, 1], "without switching, in another room; in silence"


async def test_a_reference_that_fails() -> None:
    wrong = darken("hall", Communicated(name="told", pattern="pitch-black"))
    certificate = await certify(pack([wrong, darken("cellar")]), {}, "files")
    assert problems(certificate) == {"hall": ("the reference does not solve it (told)",)}
    assert certificate.certified == ("cellar",)
    assert not certificate.holds


async def test_a_task_that_asks_for_nothing() -> None:
    nothing = replace(darken("hall"), reference=(say("It is dark already."),))
    loose = await certify(pack([nothing], checks=(Communicated(name="any", pattern=""),)), {}, "files")
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
    leaky = await certify(pack([asked], policy="The code is 4711.", checks=()), {}, "files")
    assert problems(leaky) == {"hall": ("who repeats what was said solves it",)}
    sound = await certify(pack([asked], checks=()), {}, "files")
    assert problems(sound) == {}


async def test_checks_that_see_nothing() -> None:
    told = Communicated(name="told", pattern="dark")
    blind = await certify(pack([darken("hall", told)], ignore=frozenset({"clock", "lights"})), {}, "files")
    assert problems(blind) == {
        "hall": ("2 of 2 mistakes go unnoticed: without switch_off; switch_off with another room",)
    }


async def test_a_world_that_is_no_function_of_what_is_done() -> None:
    certificate = await certify(pack(toolbox=Moody), {}, "files")
    assert problems(certificate) == dict.fromkeys(ROOMS, ("the same actions lead to something else",))


async def test_independent_calls_whose_order_matters() -> None:
    both = replace(darken("hall"), reference=(off("hall"), off("cellar", 2), say("Both are dark.")))
    assert problems(await certify(pack([both]), {}, "files")) == {}
    certificate = await certify(pack([both], toolbox=Diarist), {}, "files")
    assert problems(certificate) == {"hall": ("the order of independent calls matters: switch_off, switch_off",)}


async def test_a_tool_that_nobody_needs() -> None:
    certificate = await certify(pack(toolbox=Idler), {}, "files")
    assert certificate.problems == ("no reference calls look",)
    assert problems(certificate) == {}
    assert not certificate.holds


async def test_another_process_may_disagree() -> None:
    certificate = await certify(pack(), {}, "files", elsewhere=False)
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


async def test_a_check_that_nobody_fails_measures_nothing() -> None:
    mine = Never(name="mine", tools=("explode",))
    told = Communicated(name="told", pattern="dark")
    certificate = await certify(pack([darken(room, mine, told) for room in ROOMS]), {}, "files")
    assert certificate.unreachable_checks == ("mine",)
    assert certificate.problems == ("nobody fails the check mine, whatever they do",)
    assert not certificate.holds


async def test_who_takes_more_than_is_needed_trips_over_it() -> None:
    def sweep(room: str) -> Message:
        arguments = orjson.dumps({"rooms": [room]}).decode()
        return Message(role="assistant", tool_calls=(ToolCall(id="c1", name="sweep", arguments=arguments),))

    never = Never(name="never_several", tools=("sweep",), arguments=r"\[[^\]]*,")
    scenarios = [replace(darken(room, never), reference=(sweep(room), say("It is dark."))) for room in ROOMS]
    certificate = await certify(pack(scenarios, Sweeper), {}, "files")
    assert certificate.unreachable_checks == ()


async def test_a_secret_that_can_be_looked_up_can_be_told() -> None:
    """Nobody who only repeats what they hear or does what the reference does would come upon it."""
    request = Request(opening="Who lives in 4711?", detail="I mean 4711.", kind="refused")
    script = (say("I am sorry, I cannot tell you that."),)
    keeps = Withheld(name="kept", pattern="Smith")
    asked = Scenario(id="asked", template="asked", brief=Brief(requests=(request,)), reference=script, checks=(keeps,))
    secret = await certify(pack([asked], toolbox=Registrar), {}, "files")
    assert secret.unreachable_checks == ()


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
    certificate = await certify(pack(scenarios, toolbox=Slow), {}, "files")
    assert problems(certificate) == {}
    assert [each.mutants for each in certificate.tasks] == [2] * 8, "as without the look"


class Brittle(House):
    """Breaks when somebody switches off what they were not asked to."""

    @tool(effect="write")
    def switch_off(self, room: Room, note: str = "") -> Row:
        """Switch off a light."""
        if room == "porch":
            raise RuntimeError("a short circuit")
        self.state.run("UPDATE lights SET lit = 0, note = ? WHERE room = ?", note, room)
        return {"room": room, "lit": 0}


async def test_a_world_that_breaks_has_not_noticed_a_mistake() -> None:
    rooms = [room for room in ROOMS if room != "porch"]
    found = problems(await certify(pack(list(map(darken, rooms)), toolbox=Brittle), {}, "files"))
    assert found
    assert all("the world breaks: " in each[0] and "a short circuit" in each[0] for each in found.values())
