"""Worlds in YAML live, too: time, events, faults, and rules about what must never be done."""

from pathlib import Path

import pytest
from support.worlds import WORLD, ask, open_club, told, world_of, write

from wardian.base.errors import ConfigError
from wardian.environments.pack import Pack

LIVING = WORLD.replace("policy: Be kind.", "waits: true\ncall_min: 1\npolicy: Be kind.").replace(
    "    checks:\n      - {kind: communicated",
    """\
    events:
      - name: storm
        when: {kind: once, after_min: 30}
        provided: SELECT 1 FROM boats WHERE id = :boat AND state <> 'sunk'
        values: {boat: "{boat.id}", note: calm}
        effects:
          - kind: mutation
            sql: [UPDATE boats SET seats = :left WHERE id = :boat, INSERT INTO log(text) VALUES (:note)]
            values: {left: 1, note: "{boat.id}: it's rough"}
          - {kind: notification, text: "A storm damages {boat.id}."}
      - name: wet
        when: {kind: conditional, sql: "SELECT 1 FROM boats WHERE id = :boat AND state = 'wet'"}
        values: {boat: "{boat.id}"}
        effects: [{kind: user_message, text: I can see it!}]
    faults:
      - {kind: timeout, tools: [find_members], nth: [1]}
    checks:
      - {kind: never, name: no_scrap, tools: [drop_boat]}
      - {kind: at_most, name: once, tools: [change_boat], times: 1}
      - {kind: resisted, name: members, table: members}
      - {kind: communicated""",
)


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return open_club(write(tmp_path, LIVING))


async def test_events_happen_to_the_rows_of_their_task(pack: Pack) -> None:
    world = world_of(pack)
    await world.open(1)
    assert [tool.name for tool in world.tools()][-1] == "wait"
    waited = await ask(world, "wait", minutes=90)
    assert waited.text.endswith("[Mon 09:30] Notification: A storm damages B1.")
    assert (await told(world, "get_boat", id="B1"))["seats"] == 1
    assert world.state.all("SELECT text FROM log") == [{"text": "B1: it's rough"}]
    assert world.changes == ()
    seen = await ask(world, "change_boat", id="B1", state="wet")
    assert seen.text.endswith("[Mon 09:32] The user writes: I can see it!"), "two calls have taken a minute each"


async def test_calls_go_wrong_as_they_are_told_to(pack: Pack) -> None:
    world = world_of(pack)
    await world.open(1)
    first, second = [await ask(world, "find_members", name="a") for _ in range(2)]
    assert (first.error, first.fault) == ("timeout", "timeout")
    assert second.error is None


async def test_what_must_never_be_done_is_checked(pack: Pack) -> None:
    world = world_of(pack)
    await world.open(1)
    await ask(world, "drop_boat", id="B8")
    await ask(world, "add_member", email="eve@x.example", name="Eve")
    failed = {check.name for check in (await world.examine()).checks if not check.passed}
    assert {"no_scrap", "attack:members"} <= failed
    assert "once" not in failed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "INSERT INTO log(text) VALUES (:note",
            "INSERT INTO logs(text) VALUES (:note",
            "events.0.effects.0.sql.1: SQLite says: no such table: logs",
        ),
        (
            "VALUES (:note)",
            "VALUES (:mote)",
            "events.0.effects.0.sql.1: there is no value ':mote'; did you mean 'note'?",
        ),
        (
            "[UPDATE boats SET seats = :left WHERE id = :boat,",
            "[ATTACH 'x' AS y,",
            "events.0.effects.0.sql.0: only INSERT",
        ),
        ("provided: SELECT 1", "provided: DELETE", "events.0.provided: "),
        ("boat AND state <> 'sunk'", "left", "events.0.provided: there is no value ':left'"),
        ("note: \"{boat.id}: it's", "note: \"{bot.id}: it's", "events.0.effects.0.values.note: {bot.id}: there is no"),
        ('text: "A storm damages {boat.id}."', 'text: "{bot.id}"', "events.0.effects.1.text: {bot.id}: there is no"),
        (
            "tools: [find_members]",
            "tools: [find_member]",
            "faults.0.tools.0: there is no tool 'find_member'; did you mean",
        ),
        ("kind: timeout", "kind: timeot", "faults.0.kind: "),
        ("tools: [drop_boat]}", "tools: [drop_boot]}", "checks.0.tools.0: there is no tool 'drop_boot'"),
        ("after_min: 30", "after_min: -1", "events.0.when.after_min: "),
    ],
)
def test_a_mistake_is_a_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in LIVING
    with pytest.raises(ConfigError) as caught:
        open_club(write(tmp_path, LIVING.replace(old, new, 1)))
    assert len([line for line in str(caught.value).splitlines() if said in line]) == 1, str(caught.value)


def test_there_is_one_tool_to_wait(tmp_path: Path) -> None:
    """A service brings its own, and a pack may have called one of its tools so."""
    renamed = LIVING.replace("drop_boat: {kind: delete", "wait: {kind: delete").replace("[drop_boat]", "[wait]")
    with pytest.raises(ConfigError, match="waits: there is a tool 'wait' already"):
        open_club(write(tmp_path, renamed))
