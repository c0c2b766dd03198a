"""What happens in a world by itself: time, events, faults, what users and colleagues do when they are told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson
import pytest

from wardian.base.messages import ToolCall
from wardian.environments.brief import Brief, Deed, Fact, Request
from wardian.environments.goal import Goal
from wardian.environments.life.colleague import Colleague, Line
from wardian.environments.life.colleague_tools import ColleagueTools
from wardian.environments.life.event import Conditional, Event, Mutation, News, Once, Poisson, Recurring
from wardian.environments.life.fault import Fault
from wardian.environments.observation import Observation
from wardian.environments.persona import PERSONAS, Persona
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated import SimulatedWorld
from wardian.environments.state import Row
from wardian.environments.template import Rows, Template
from wardian.environments.tool import ToolError, tool
from wardian.specs.environments import FaultKind

SCHEMA = """
CREATE TABLE rooms(id TEXT PRIMARY KEY, guest TEXT, lights TEXT, knocks INTEGER);
"""
ROWS: Rows = {
    "rooms": [
        {"id": "101", "guest": "Ada", "lights": "on", "knocks": 0},
        {"id": "102", "guest": "Bo", "lights": "on", "knocks": 0},
    ]
}


class Porter(ColleagueTools):
    """A hotel at night."""

    colleagues = (
        Colleague(
            name="Mia",
            role="housekeeping",
            lines=(
                Line(asked=r"towels", says="I brought them.", does=("UPDATE rooms SET knocks = knocks + 1",)),
                Line(asked=r"dark", says="It is dark in 101.", when="SELECT 1 FROM rooms WHERE lights = 'off'"),
            ),
        ),
    )

    @tool(effect="read")
    def list_rooms(self) -> list[Row]:
        """List the rooms."""
        return self.state.all("SELECT * FROM rooms ORDER BY id")

    @tool(effect="write")
    def knock(self, room: str) -> Row:
        """Knock at a door."""
        if not self.state.run("UPDATE rooms SET knocks = knocks + 1 WHERE id = ?", room):
            raise ToolError("not_found", f"there is no room {room}")
        return {"room": room, "knocked": True}

    @tool(effect="write", actor="user")
    def switch(self, room: str, lights: str) -> Row:
        """What only the guest can reach."""
        if lights not in ("on", "off"):
            raise ToolError("not_allowed", f"it is no dimmer: {lights}")
        self.state.run("UPDATE rooms SET lights = ? WHERE id = ?", lights, room)
        return {"room": room, "lights": lights}


WORLD = World(
    template=Template(SCHEMA, ROWS, datetime(2026, 3, 2, 22)),
    toolbox=Porter,
    ignore=frozenset({"clock"}),
    waits=True,
)
NIGHT = Scenario(
    id="night", template="night", brief=Brief(requests=(Request(opening="Good evening.", detail="Hm."),)), reference=()
)


async def opened(
    *,
    events: Sequence[Event] = (),
    faults: Sequence[Fault] = (),
    scenario: Scenario = NIGHT,
    world: World = WORLD,
    seed: int = 1,
) -> SimulatedWorld:
    it = SimulatedWorld(world, replace(scenario, events=tuple(events), faults=tuple(faults)), Goal)
    await it.open(seed)
    return it


def call(tool_name: str, **arguments: object) -> ToolCall:
    return ToolCall(id="c", name=tool_name, arguments=orjson.dumps(arguments).decode())


async def knocked(world: SimulatedWorld, room: str = "101") -> Observation:
    return await world.call(call("knock", room=room))


async def waited(world: SimulatedWorld, minutes: int) -> list[str]:
    """The time afterwards, and the news."""
    seen = await world.call(call("wait", minutes=minutes))
    now, *news = seen.text.split("\n\n")
    return [orjson.loads(now)["now"][11:], *news]


LEAVES = Event(
    name="leaves", when=Once(after_min=30), effects=(Mutation(sql=("UPDATE rooms SET guest = NULL WHERE id = '102'",)),)
)
RINGS = Event(name="rings", when=Recurring(every_min=60, times=2), effects=(News(text="The phone rings."),))


async def test_time_passes_only_when_somebody_waits_or_works() -> None:
    world = await opened(events=[RINGS], world=replace(WORLD, call_min=1.0))
    assert [tool.name for tool in world.tools()][-1] == "wait"
    assert await waited(world, 20) == ["22:20"]
    await knocked(world)
    assert world.state.one("SELECT now FROM clock") == {"now": "2026-03-02T22:21:00"}
    assert await waited(world, 500) == ["23:00", "[Mon 23:00] Notification: The phone rings."], "it wakes up"
    assert await waited(world, 500) == ["00:00", "[Tue 00:00] Notification: The phone rings."]
    assert await waited(world, 60) == ["01:00"], "that was the last one"


async def test_what_happens_by_itself_is_nobody_s_doing() -> None:
    world, calm = await opened(events=[LEAVES]), await opened()
    await waited(world, 40)
    await waited(calm, 40)
    assert world.state.all("SELECT guest FROM rooms")[1] == {"guest": None}
    assert world.changes == ()
    assert world.digest() != calm.digest()
    seen = await knocked(world)
    assert [(change.column, change.after) for change in seen.changes] == [("knocks", 1)]
    assert world.changes == seen.changes


async def test_news_come_with_the_next_answer() -> None:
    full = Event(
        name="full",
        when=Conditional(sql="SELECT 1 FROM rooms WHERE knocks = 2"),
        effects=(News(kind="user_message", text="Stop it."), News(kind="policy_update", text="No knocking.")),
    )
    world = await opened(events=[full])
    assert "Stop" not in (await knocked(world)).text
    last = (await knocked(world)).text.split("\n\n")
    assert last[1:] == ["[Mon 22:00] The user writes: Stop it.", "[Mon 22:00] Policy update: No knocking."]
    assert "Stop" not in (await knocked(world)).text, "once"
    slow = await opened(events=[RINGS], world=replace(WORLD, turn_min=60.0))
    answer = await slow.reply("What can I do for you?")
    assert answer is not None
    assert answer.startswith("[Mon 23:00] Notification: The phone rings.\n\n")


async def test_somebody_answers_a_while_after_they_were_asked() -> None:
    knocks = Conditional(sql="SELECT 1 FROM rooms WHERE id = '101' AND knocks > 0", after_min=20)
    opens = Event(name="opens", when=knocks, effects=(News(text="Ada opens."),))
    world = await opened(events=[opens, RINGS])
    assert await waited(world, 30) == ["22:30"], "nobody has knocked"
    assert "Ada" not in (await knocked(world)).text
    assert await waited(world, 5) == ["22:35"]
    copy = world.fork()
    for each in (world, copy):
        assert await waited(each, 500) == ["22:50", "[Mon 22:50] Notification: Ada opens."]
        await knocked(each)
        assert await waited(each, 500) == ["23:00", "[Mon 23:00] Notification: The phone rings."], "opens once"


async def test_an_event_may_depend_on_what_is_the_case_by_then() -> None:
    alarm = RINGS.model_copy(update={"provided": "SELECT 1 FROM rooms WHERE id = '101' AND knocks = 0"})
    world = await opened(events=[alarm])
    assert len(await waited(world, 60)) == 2
    await knocked(world)
    assert await waited(world, 60) == ["00:00"], "somebody has seen to it"


async def test_a_snapshot_carries_time_and_events_along() -> None:
    bell = Event(name="bell", when=Poisson(per_hour=4), effects=(News(text="The bell."),))
    world = await opened(events=[bell, LEAVES, RINGS], faults=[Fault(kind="timeout", probability=0.5)])
    await waited(world, 20)
    await knocked(world)
    copy = world.fork()
    assert copy.digest() == world.digest()
    for _ in range(10):
        assert await waited(world, 45) == await waited(copy, 45)
        assert await knocked(world) == await knocked(copy)
    assert copy.digest() == world.digest()
    other = await opened(events=[bell, LEAVES, RINGS], seed=2)
    assert [await waited(other, 45) for _ in range(5)] != [await waited(await opened(events=[bell]), 45)]


async def test_waiting_has_bounds() -> None:
    world = await opened()
    for minutes in (0, -5, 10**9):
        seen = await world.call(call("wait", minutes=minutes))
        assert seen.error == "invalid_arguments"
    assert world.state.one("SELECT now FROM clock") == {"now": "2026-03-02T22:00:00"}
    still = SimulatedWorld(replace(WORLD, waits=False), NIGHT, Goal)
    assert (await still.call(call("wait", minutes=5))).error == "unknown_tool"


# Faults


async def struck(kind: FaultKind, name: str = "knock", **fields: object) -> tuple[SimulatedWorld, Observation]:
    """The world and the observation of the second call, to which the fault happens."""
    arguments = {"room": "101"} if name == "knock" else {}
    fault = Fault.model_validate({"kind": kind, "tools": (name,), "nth": (2,), **fields})
    world = await opened(faults=[fault])
    first = await world.call(call(name, **arguments))
    assert (first.fault, first.error) == (None, None)
    await world.call(call("list_colleagues"))
    return world, await world.call(call(name, **arguments))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("timeout", "timeout"),
        ("rate_limited", "rate_limited"),
        ("server_error", "server_error"),
        ("permission", "permission_denied"),
    ],
)
async def test_a_call_that_does_not_get_through_does_nothing(kind: FaultKind, code: str) -> None:
    world, seen = await struck(kind)
    assert (seen.error, seen.fault, seen.changes) == (code, kind, ())
    assert world.state.one("SELECT knocks FROM rooms WHERE id = '101'") == {"knocks": 1}
    assert (await knocked(world)).error is None, "only the second one"


async def test_a_timeout_does_not_say_whether_it_was_done() -> None:
    world, seen = await struck("applied_timeout")
    assert world.state.one("SELECT knocks FROM rooms WHERE id = '101'") == {"knocks": 2}
    assert len(seen.changes) == 1
    _, other = await struck("timeout")
    assert seen.text == other.text


async def test_answers_are_spoilt() -> None:
    _, malformed = await struck("malformed", "list_rooms")
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(malformed.text)
    _, truncated = await struck("truncated", "list_rooms")
    assert [row["id"] for row in orjson.loads(truncated.text)] == ["101"]
    _, removed = await struck("removed_field", "list_rooms", fields=("guest",))
    assert [list(row) for row in orjson.loads(removed.text)] == [["id", "lights", "knocks"]] * 2
    _, corrupt = await struck("corrupt_field", "knock")
    assert orjson.loads(corrupt.text) == {"room": "101", "knocked": "\N{REPLACEMENT CHARACTER}"}


async def test_a_stale_answer_is_that_of_the_beginning() -> None:
    world = await opened(faults=[Fault(kind="stale", tools=("list_rooms",), nth=(1,))])
    await knocked(world)
    stale = await world.call(call("list_rooms"))
    assert [row["knocks"] for row in orjson.loads(stale.text)] == [0, 0]
    assert [row["knocks"] for row in orjson.loads((await world.call(call("list_rooms"))).text)] == [1, 0]
    assert stale.fault == "stale"


async def test_latency_is_virtual_time() -> None:
    slow = Fault(kind="latency", tools=("knock",), delay_min=60)
    world = await opened(events=[RINGS], faults=[slow])
    seen = await knocked(world)
    assert seen.text.endswith("[Mon 23:00] Notification: The phone rings.")


async def test_a_fault_has_its_window_and_its_probability() -> None:
    world = await opened(faults=[Fault(kind="server_error", from_min=10, until_min=20)])
    assert (await knocked(world)).error is None
    await waited(world, 10)
    assert (await knocked(world)).error == "server_error"
    await waited(world, 10)
    assert (await knocked(world)).error is None
    chance = await opened(faults=[Fault(kind="timeout", probability=0.3)])
    lost = sum([(await knocked(chance)).fault is not None for _ in range(300)])
    assert 60 <= lost <= 120


# Users and colleagues


LIGHTS = Deed(
    name="lights",
    asked=r"(?:turn|switch) (?:the )?lights? (?P<lights>\w+)",
    tool="switch",
    arguments={"room": "101"},
    reports="The lights are {lights} now.",
    settles=r"are off",
)
GUEST = replace(
    NIGHT, brief=Brief(requests=(Request(opening="I cannot sleep.", detail="It is too bright."),), deeds=(LIGHTS,))
)


async def test_users_do_with_their_own_tools_what_they_are_told() -> None:
    world = await opened(scenario=GUEST)
    assert "switch" not in [tool.name for tool in world.tools()]
    assert (await world.call(call("switch", room="101", lights="off"))).error == "unknown_tool", "not in our hands"
    assert await world.reply("Please turn the lights dim.") == "That did not work: it is no dimmer: dim"
    assert await world.reply("Please switch the light off.") == "The lights are off now."
    assert [(change.key, change.after) for change in world.changes] == [("101", "off")]
    assert await world.reply("Good night! Is there anything else?") is None, "the guest is content"


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("Now turn the lights off.", True),
        ("1. Go to the door.\n2. Switch lights off", True),
        ("I would like you to turn the lights off.", True),
        ("I cannot see your room, so please turn the lights off.", True),
        ("If that does not help, turn the lights off.", True),
        ("Let's turn the lights off.", True),
        ("You should not turn the lights off.", False),
        ("Let me turn the lights off.", False),
        ("Please do not turn the lights off!", False),
        ("Don't worry. There is no need to turn the lights off.", False),
        ("Okay, I will turn the lights off for you.", False),
        ("Shall I turn the lights off?", False),
        ("Would you like me to turn the lights off?", False),
    ],
)
async def test_users_know_what_is_an_instruction(text: str, done: bool) -> None:
    world = await opened(scenario=GUEST)
    await world.reply(text)
    assert bool(world.done_by_user()) is done


async def test_a_long_list_is_followed_in_part() -> None:
    rooms = [
        LIGHTS.model_copy(update={"name": n, "asked": "lights", "arguments": {"room": n, "lights": "off"}})
        for n in ("101", "102")
    ]
    brief = GUEST.brief.model_copy(update={"deeds": tuple(rooms)})
    for follows in (1, 2):
        world = await opened(
            scenario=replace(GUEST, brief=brief, persona=Persona(name="slow", patience=5, follows=follows))
        )
        await world.reply("Please switch all lights off.")
        assert len(world.changes) == follows


async def test_who_is_confused_says_at_first_that_it_is_done() -> None:
    sure = LIGHTS.model_copy(update={"mistaken": "It is dark now, I think."})
    brief = GUEST.brief.model_copy(update={"deeds": (sure,)})
    confused = Persona(name="confused", patience=5, confuses=frozenset({"lights"}))
    world = await opened(scenario=replace(GUEST, brief=brief, persona=confused))
    assert await world.reply("Please turn the lights off.") == "It is dark now, I think."
    assert (world.changes, world.done_by_user()) == ((), ())
    assert await world.reply("I still see light. Please turn the lights off.") == "The lights are off now."
    assert world.changes == world.done_by_user() != ()
    await world.reply("Thank you.")
    assert world.done_by_user() == ()
    clear = await opened(scenario=replace(GUEST, brief=brief))
    assert await clear.reply("Please turn the lights off.") == "The lights are off now."


async def test_people_are_mistaken_at_first() -> None:
    room = Fact(name="room", asked=r"\broom\b", answer="It is 101.", mistaken="It is 107, I think.")
    brief = Brief(requests=(Request(opening="I cannot sleep.", detail="It is bright.", facts=(room,)),))
    confused = Persona(name="confused", patience=5, confuses=frozenset({"room"}), asides=("What a day.",))
    world = await opened(scenario=replace(NIGHT, brief=brief, persona=confused))
    assert await world.reply("Which room are you in?") == "It is 107, I think. What a day."
    assert await world.reply("Nobody is in 107. Which room is it?") == "As I said: It is 101."
    clear = await opened(scenario=replace(NIGHT, brief=brief, persona=PERSONAS["plain"]))
    assert await clear.reply("Which room are you in?") == "It is 101."


async def test_colleagues_answer_and_help() -> None:
    world = await opened(scenario=GUEST)

    async def asked(name: str, message: str) -> object:
        return orjson.loads((await world.call(call("message_colleague", name=name, message=message))).text)

    assert await asked("Mia", "Is it dark?") == {"from": "Mia", "message": "Sorry, I do not know what you mean."}
    await world.reply("Please turn the lights off.")
    assert await asked("Mia", "Is it dark?") == {"from": "Mia", "message": "It is dark in 101."}
    assert await asked("Mia", "More TOWELS, please") == {"from": "Mia", "message": "I brought them."}
    assert {change.column for change in world.changes} == {"lights", "knocks"}
    assert "Mia" in str(await asked("Mira", "Hello"))


async def test_each_task_sets_up_its_own_world() -> None:
    ready = replace(NIGHT, setup=(("UPDATE rooms SET guest = ? WHERE id = '101'", ("Cy",)),))
    world = await opened(scenario=ready)
    assert world.state.one("SELECT guest FROM rooms") == {"guest": "Cy"}
    assert world.changes == ()
    assert world.fork().digest() == world.digest() != (await opened()).digest()
