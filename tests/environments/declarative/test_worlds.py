"""A pack in YAML alone works like one in Python: its tables, tools and tasks do what they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.worlds import MANIFEST, WORLD, open_club, refused, told, world_of, write

from wardian.base.errors import ConfigError
from wardian.certification.certify import certify
from wardian.environments.simulated import SimulatedWorld


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def world(root: Path) -> Iterator[SimulatedWorld]:
    world = world_of(open_club(root))
    yield world
    world.close()


def properties(world: SimulatedWorld, tool: str) -> dict[str, Any]:
    schema: Any = next(each for each in world.tools() if each.name == tool).parameters
    properties: dict[str, Any] = schema["properties"]
    return properties


async def test_every_task_is_sound(root: Path) -> None:
    certificate = await certify(open_club(root), {})
    assert [each.task for each in certificate.tasks] == ["launch_B1", "launch_B7"]
    assert not [each.problems for each in certificate.tasks if each.problems]
    assert "drop_member" not in certificate.unused_tools


def test_tasks_are_one_for_each_pass_through_the_loops(root: Path) -> None:
    pack = open_club(root)
    assert [(card.id, card.template, card.persona) for card in pack.tasks()] == [
        ("launch_B1", "launch", "plain"),
        ("launch_B7", "launch", "terse"),
    ]
    assert [message.content for message in pack.reference("launch_B7")] == [
        *("", "Shall I launch B7?", "", "Done, B7 is in the water.")
    ]
    assert pack.reference("launch_B1")[2].tool_calls[0].arguments == '{"id":"B1","state":"wet","rigged":true}'


async def test_the_user_says_what_the_texts_say_of_this_row(root: Path) -> None:
    policy, opening = await world_of(open_club(root), "launch_B7").open(1)
    assert policy.content == "Be kind. 9 is the most."
    assert opening.content == "I am Ann. Launch B7, please."


def test_knobs_may_stand_anywhere(root: Path) -> None:
    pack = open_club(root, most=1, extras=True)
    assert len(pack.tasks()) == 1
    assert "drop_member" in {tool.name for tool in world_of(pack).tools()}
    assert "drop_member" not in {tool.name for tool in world_of(open_club(root)).tools()}


def test_schemas_say_what_the_columns_say(world: SimulatedWorld) -> None:
    tools = {tool.name: tool for tool in world.tools()}
    assert tools["get_boat"].effect == tools["find_boats"].effect == tools["count_boats"].effect == "read"
    assert tools["add_boat"].effect == tools["check_boat"].effect == "write"
    assert tools["check_boat"].description == "Check a boat."
    assert tools["get_boat"].description == "Show one row of boats."
    assert tools["count_boats"].description == "Count boats."
    assert tools["add_boat"].parameters["required"] == ["owner"]
    change = properties(world, "change_boat")
    assert set(change) == {"id", "state", "seats", "rigged"}
    assert change["state"]["anyOf"][0] == {"enum": ["dry", "wet", "sunk"], "type": "string"}
    assert change["seats"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 8}
    assert properties(world, "add_boat")["checked"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert properties(world, "check_boat")["id"] == {"type": "string", "description": "Which boat."}


async def test_get_shows_a_row_in_its_types_without_what_is_hidden(world: SimulatedWorld) -> None:
    assert await told(world, "get_boat", id="B1") == {
        "id": "B1",
        "owner": "ann@x.example",
        "state": "dry",
        "seats": 4,
        "length": None,
        "rigged": True,
        "checked": None,
        "logged": "2026-03-02T09:00:00",
        "extras": {"oars": 2},
    }
    assert await refused(world, "get_boat", id="B9") == ("not_found", "there is no row B9 in boats")


async def test_rows_of_a_file_are_there_in_their_types(world: SimulatedWorld) -> None:
    row = await told(world, "get_boat", id="B8")
    assert (row["seats"], row["length"], row["rigged"], row["checked"]) == (1, 2.5, True, "2026-01-31")


async def test_find_takes_any_part_of_what_it_may_be_given(world: SimulatedWorld) -> None:
    assert await told(world, "find_boats") == [
        {"id": "B8", "state": "sunk"},
        {"id": "B2", "state": "wet"},
        {"id": "B1", "state": "dry"},
    ]
    assert await told(world, "find_boats", owner="ann@x.example", state="dry") == [
        {"id": "B1", "state": "dry"},
        {"id": "B7", "state": "dry"},
    ]
    assert await told(world, "find_boats", id="b7") == [{"id": "B7", "state": "dry"}]
    assert await told(world, "find_boats", owner="nobody") == []
    assert (await refused(world, "find_members"))[0] == "invalid_arguments"
    assert await told(world, "find_members", name="NN") == [{"email": "ann@x.example", "name": "Ann"}]


async def test_create_fills_in_what_was_not_given(world: SimulatedWorld) -> None:
    row = await told(world, "add_boat", owner="bob@x.example", extras=[1, {"a": None}])
    assert row == {
        "id": "B9",
        "owner": "bob@x.example",
        "state": "dry",
        "seats": 2,
        "length": None,
        "rigged": False,
        "checked": None,
        "logged": "2026-03-02T09:00:00",
        "extras": [1, {"a": None}],
    }
    assert (await told(world, "add_boat", owner="bob@x.example"))["id"] == "B10"


async def test_create_refuses_what_is_there_or_refers_to_nothing(world: SimulatedWorld) -> None:
    assert await refused(world, "add_member", email="ann@x.example", name="A") == (
        "conflict",
        "there is a row ann@x.example in members already",
    )
    assert await refused(world, "add_boat", owner="eve@x.example") == (
        "not_found",
        "owner: there is no email 'eve@x.example' in members",
    )
    assert await refused(world, "add_boat", owner="ann@x.example", checked="2026-02-30") == (
        "invalid_arguments",
        "checked: Value error, must be a date such as 2026-01-31",
    )
    assert (await refused(world, "add_boat", owner="ann@x.example", seats=9))[0] == "invalid_arguments"


async def test_update_changes_what_is_given_and_moves_only_where_it_may(world: SimulatedWorld) -> None:
    row = await told(world, "change_boat", id="B1", state="wet", seats=5)
    assert (row["state"], row["seats"], row["rigged"]) == ("wet", 5, True)
    assert await refused(world, "change_boat", id="B8", state="dry") == (
        "not_allowed",
        "state cannot go from sunk to dry",
    )
    assert await told(world, "change_boat", id="B8", state="sunk")
    assert await refused(world, "change_boat", id="B1") == (
        "invalid_arguments",
        "give one of state, seats, rigged at least",
    )
    assert await refused(world, "change_boat", id="B9", seats=1) == ("not_found", "there is no row B9 in boats")


async def test_a_condition_sees_the_row_and_the_arguments(world: SimulatedWorld) -> None:
    assert await refused(world, "change_boat", id="B2", seats=3) == ("fixed", "B2 keeps its seats.")
    assert (await told(world, "change_boat", id="B2", state="dry"))["state"] == "dry"


async def test_delete_leaves_nothing_that_others_refer_to(root: Path) -> None:
    world = world_of(open_club(root, extras=True))
    assert await refused(world, "drop_member", email="bob@x.example") == (
        "conflict",
        "other rows refer to it, or it refers to none",
    )
    assert (await told(world, "drop_boat", id="B2"))["id"] == "B2"
    assert (await told(world, "drop_member", email="bob@x.example"))["name"] == "Bob"
    assert await refused(world, "drop_boat", id="B2") == ("not_found", "there is no row B2 in boats")


async def test_a_statement_writes_all_or_nothing(world: SimulatedWorld) -> None:
    assert await told(world, "check_boat", id="B1") == {"id": "B1", "checked": "2026-03-09", "seats": 4}
    assert world.state.all("SELECT * FROM log") == [{"n": 1, "text": "checked B1 at 2026-03-02T09:00:00"}]
    assert await refused(world, "check_boat", id="B1", days=20) == (
        "not_allowed",
        "seats would have a value that is not allowed",
    )
    assert await refused(world, "check_boat", id="B8") == ("not_allowed", "It is sunk.")
    assert (await refused(world, "check_boat", id="B9"))[0] == "not_found"
    assert await told(world, "count_boats") == [{"n": 4}]


async def test_what_agents_write_never_becomes_sql(world: SimulatedWorld) -> None:
    for text in ("'; DROP TABLE boats; --", "' OR '1'='1", '"; DELETE FROM boats', "%", "*", "\u0000"):
        assert await told(world, "find_boats", owner=text) == []
        assert (await refused(world, "check_boat", id=text))[0] == "not_found"
    assert (await told(world, "count_boats")) == [{"n": 4}]


async def test_a_number_beyond_all_bounds_is_the_agent_s_mistake(world: SimulatedWorld) -> None:
    for arguments in ({"extras": {"n": 10**30}}, {"seats": 10**30}):
        assert (await refused(world, "add_boat", owner="ann@x.example", **arguments))[0] == "invalid_arguments"
    assert (await refused(world, "check_boat", id="B1", days=10**30))[0] == "invalid_arguments"


async def test_days_are_counted_without_the_machine_s_clock(world: SimulatedWorld) -> None:
    one = world.state.one(
        "SELECT add_days('now', 1) AS a, days_between('now', 'now') AS b, add_days('2026-01-31', 1) AS c"
    )
    assert one == {"a": None, "b": None, "c": "2026-02-01"}


def test_names_that_sql_and_python_use_themselves_are_good_names(tmp_path: Path) -> None:
    world = WORLD.replace("length:", "from:").replace("length", "from")
    root = write(tmp_path, world.replace("  log:", "  order:").replace("INTO log(", 'INTO "order"('))
    (root / "club" / "boats.csv").write_text("id,owner,from\nB7,ann@x.example,3\n")
    world_of(open_club(root)).close()


def test_a_pack_has_a_module_or_a_world(tmp_path: Path) -> None:
    root = write(tmp_path, manifest=MANIFEST.replace("world:", "module: environment.py\nworld:"))
    with pytest.raises(ConfigError, match="a pack has a module or a world, not both"):
        open_club(root)


async def test_an_edited_world_is_another_pack(root: Path) -> None:
    before = open_club(root).digest
    (root / "club" / "boats.csv").write_text("id,owner\nB7,ann@x.example\n")
    assert open_club(root).digest != before
