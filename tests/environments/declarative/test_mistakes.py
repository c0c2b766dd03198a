"""Every mistake in a `world.yaml` is one line with the file, the line, the key and what would be valid."""

from pathlib import Path

import pytest
from support.worlds import BOATS, WORLD, open_club, write

from wardian.base.errors import ConfigError

MISTAKES = [
    # what is there, what stands there instead, what is said
    ("policy: Be kind.", "polcy: Be kind.", "polcy: unknown key; did you mean 'policy'?"),
    ("now: 2026-03-02T09:00:00", "now: soon", "now: must be text, not the text 'soon'"),
    (
        "policy: Be kind.",
        "policy: 'file:../secret.md' #",
        "policy: the file '../secret.md' is outside of the pack's folder",
    ),
    ("policy: Be kind.", "policy: 'file:polcy.md' #", "policy: there is no file"),
    ("{knobs.most} is", "{knobs.mots} is", "policy: {knobs.mots}: there is no 'mots'; did you mean 'most'?"),
    ("name: text", "name: txt", "tables.members.columns.name.type: must be 'text', 'integer'"),
    ("key: true, generated", "kex: true, generated", "tables.boats.columns.id.kex: unknown key; did you mean 'key'?"),
    ("  log:\n", "  Log:\n", "tables.Log: must be a name of a-z, 0-9 and _ that begins with a letter"),
    ("  log:\n", "  clock:\n", "tables.clock: the name is taken"),
    ("{type: integer, key: true, g", "{type: integer, g", "tables.log.columns: no column has `key: true`"),
    (
        "members.email}",
        "member.email}",
        "tables.boats.columns.owner.references: there is no table 'member'; did you mean",
    ),
    ("members.email}", "members.name}", "owner.references: members.name is not the primary key of members"),
    ('generated: "B{n}"', 'generated: "B{m}"', "tables.boats.columns.id.generated: must be text that matches"),
    ("wet: [dry, sunk]", "wet: [dry, snuk]", "columns.state.moves: there is no value 'snuk'; did you mean 'sunk'?"),
    ("max: 8, default: 2", "max: 8, default: 9", "tables.boats.columns.seats.default: 9 is not in 1..8"),
    ("default: dry", "default: 3", "tables.boats.columns.state.default: must be text, not 3"),
    ("seats: 4, rigged", "seat: 4, rigged", "tables.boats.rows.0.seat: there is no such column; did you mean 'seats'?"),
    (
        "seats: 4, rigged",
        "seats: four, rigged",
        "tables.boats.rows.0.seats: must be a whole number, not the text 'four'",
    ),
    ("state: wet, checked", "state: wett, checked", "tables.boats.rows.1.state: 'wett' is not one of dry, wet, sunk"),
    ("checked: 2026-02-20", "checked: 20.2.2026", "boats.rows.1.checked: must be a date such as 2026-01-31, not"),
    ("{id: B2, owner", "{id: B1, owner", "tables.boats.rows.1: there is another row with the key B1"),
    (
        "owner: bob@x.example",
        "owner: bo@x.example",
        "owner.references: the row B2 has 'bo@x.example', which is not in members",
    ),
    ("file: boats.csv", "file: boots.csv", "tables.boats.file: there is no file 'boots.csv'"),
    (
        "file: boats.csv",
        "file: /etc/passwd",
        "tables.boats.file: the file '/etc/passwd' is outside of the pack's folder",
    ),
    ("{kind: get, table", "{kind: got, table", "tools.get_boat.kind: there is no kind 'got'; did you mean 'get'?"),
    ("{kind: get, table", "{kin: get, table", "tools.get_boat.kind: this key is required ('get' or 'find'"),
    ("get, table: boats", "get, table: boat", "tools.get_boat.table: there is no 'boat'; did you mean 'boats'?"),
    (
        "by: [owner, state]",
        "by: [owner, stat]",
        "tools.find_boats.by.1: there is no column 'stat' to be seen; did you mean",
    ),
    ("by: [owner, state]", "by: [secret]", "tools.find_boats.by.0: there is no column 'secret' to be seen"),
    ("needs: [name]", "needs: [email]", "tools.find_members.needs.0: 'email' is neither in `by` nor in `contains`"),
    ("limit: 3", "limit: 0", "tools.find_boats.limit: must be a whole number from 1 to 1000, not 0"),
    (
        "id: {type: text, references: boats.id",
        "self: {type: text, references: boats.id",
        "tools.check_boat: an argument cannot be called 'self'",
    ),
    (
        "references: boats.id",
        "references: boats.di",
        "check_boat.arguments.id.references: there is no 'boats.di'; did you",
    ),
    (
        "OR :seats IS",
        "OR :seat IS",
        "tools.change_boat.require.0.that: there is no value ':seat'; did you mean 'seats'?",
    ),
    ("state <> 'sunk')", "stat <> 'sunk')", "tools.check_boat.require.0.that: SQLite says: no such column: stat"),
    (
        "FROM boats WHERE id = :id\n    one",
        "FROM boat WHERE id = :id\n    one",
        "tools.check_boat.result: SQLite says: no such table: boat",
    ),
    (
        "description: Check a boat.\n",
        "descriptin: Check a boat.\n",
        "tools.check_boat.descriptin: unknown key; did you mean",
    ),
    (
        ", result: SELECT count(*) AS n FROM boats}",
        "}",
        "tools.count_boats: a statement has `run`, or a `result`, or both",
    ),
    (
        "days: {type: integer, min: 0",
        "days: {type: text, min: 0",
        "check_boat.arguments.days.min: belongs to numbers, not to text",
    ),
    ("min: 0, default: 7", "min: 0, default: -1", "tools.check_boat.arguments.days.default: -1 is not in 0.."),
    (
        "one_of: [dry, wet, sunk]",
        "one_of: [dry, wet, 3]",
        "tables.boats.columns.state.one_of: every value must be text",
    ),
    (
        "rigged: {type: boolean,",
        "rigged: {type: boolean, one_of: [a],",
        "columns.rigged.one_of: belongs to text and whole numbers",
    ),
    (
        "columns: [owner, seats",
        "columns: [seats",
        "tools.add_boat: a new row needs 'owner', which cannot be given, has no",
    ),
    (
        "columns: [state, seats, r",
        "columns: [id, seats, r",
        "tools.change_boat.columns.0: 'id' belongs to the primary key",
    ),
    (
        "state: wet, rigged",
        f"state: {10**30}, rigged",
        "tasks.launch.reference.2.with.state: 1000000000000000000000000000000 is",
    ),
    ("seats: 4, rigged", f"seats: {10**30}, rigged", "rows.0.seats: 1000000000000000000000000000000 is not in 1..8"),
    ("{oars: 2}", f"{{oars: {10**30}}}", "tables.boats.rows.0.extras: cannot be kept: Integer exceeds 64-bit range"),
    ("ORDER BY id LIMIT", "ORDER BY ident LIMIT", "tasks.launch.for.boat: SQLite says: no such column: ident"),
    (
        "SELECT * FROM boats WHERE s",
        "DELETE FROM boats WHERE s",
        "tasks.launch.for.boat: it deletes from 'boats', and may",
    ),
    (
        "= {boat.owner}",
        "= '{boat.owner}'",
        "tasks.launch.for.owner: a placeholder stands for a value and needs no quotes",
    ),
    ("= {boat.owner}", "= {boot.owner}", "launch.for.owner: {boot.owner}: there is no 'boot'; did you mean 'boat'?"),
    ("= {boat.owner}", "= {boat}", "tasks.launch.for.owner: {boat} is a row: say which of its columns"),
    ("= {boat.owner}", "= 'nobody'", "tasks.launch.for: no task comes of these loops"),
    ("id: launch_{boat.id}", "id: launch", "tasks.launch.id: two tasks are called 'launch'"),
    ("[plain, terse]", "[plain, ters]", "tasks.launch.personas.1: there is no persona 'ters'; did you mean 'terse'?"),
    ("I am {owner.name}", "I am {owner.nam}", "user.requests.0.opening: {owner.nam}: there is no 'nam'; did you mean"),
    (
        "I am {owner.name}",
        "I am {owner.name|lowr}",
        "{owner.name|lowr}: there is no filter 'lowr'; did you mean 'lower'?",
    ),
    ("I am {owner.name}", "I am {owner.name|date}", "{owner.name|date}: 'Ann' cannot be written as 'date'"),
    ('"{boat.id|re}"\n    ref', '"({boat.id"\n    ref', "tasks.launch.user.requests.0.terms: is no regular expression"),
    ("detail: Put", "detial: Put", "tasks.launch.user.requests.0.detial: unknown key; did you mean 'detail'?"),
    ("- say: Shall I", "- sai: Shall I", "tasks.launch.reference.1.sai: unknown key; did you mean 'say'?"),
    ("- say: Shall I launch {boat.id}?", "- {}", "tasks.launch.reference.1: a step is one of say, call or calls"),
    (
        "call: get_boat",
        "call: get_boot",
        "launch.reference.0.call: there is no tool 'get_boot'; did you mean 'get_boat'?",
    ),
    ("call: get_boat", "call: drop_member", "tasks.launch.reference.0.call: 'drop_member' is not offered"),
    (
        'with: {id: "{boat.id}"}',
        'with: {ident: "{boat.id}"}',
        "tasks.launch.reference.0.with: id: Field required; ident: Extra inputs",
    ),
    ("state: wet, rigged", "state: dyr, rigged", "tasks.launch.reference.2.with: state: Input should be 'dry'"),
    ("kind: communicated", "kind: comunicated", "launch.checks.0.kind: there is no kind 'comunicated'; did you mean"),
    ('name: told, pattern: "{boat.id|re}"', "name: told", "tasks.launch.checks.0.pattern: this key is required (text)"),
    (
        "tasks:\n",
        "checks: [{kind: consulted, name: x, tools: [got]}]\ntasks:\n",
        "checks.0.tools.0: there is no tool 'got'",
    ),
    ("tasks:\n", "ignore: [boats.colour]\ntasks:\n", "ignore.0: there is no 'boats.colour'"),
]


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[new.strip()[:40] for _, new, _ in MISTAKES])
def test_a_mistake_is_a_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WORLD
    root = write(tmp_path, WORLD.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        open_club(root)
    lines = [line for line in str(caught.value).splitlines() if said in line]
    assert len(lines) == 1, str(caught.value)
    line = lines[0]
    place = line.removeprefix(str(root / "club" / "world.yaml") + ":").partition(":")[0]
    assert place.isdecimal()
    assert 1 <= int(place) <= len(WORLD.splitlines()) + 2


def test_the_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    root = write(tmp_path, WORLD.replace("limit: 3", "limit: 0"))
    with pytest.raises(ConfigError) as caught:
        open_club(root)
    number = int(str(caught.value).split(":")[1])
    assert "limit: 0" in (root / "club" / "world.yaml").read_text().splitlines()[number - 1]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    world = WORLD.replace("table: boats}", "table: boat}", 1).replace("by: [owner, state]", "by: [ownr]")
    with pytest.raises(ConfigError) as caught:
        open_club(write(tmp_path, world))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id,owner", "id,ownr", "boats.csv:2: ownr: there is no such column; did you mean 'owner'?"),
        ("B8,ann@x.example,sunk,1", "B8,ann@x.example,sunk,one", "boats.csv:3: seats: must be a whole number, not"),
        ("B8,ann@x.example,sunk,1", "B7,ann@x.example,sunk,1", "boats.csv:3: there is another row with the key B7"),
        ("B8,ann@x.example,sunk,1", "B8,ann@x.example", "boats.csv:3: has not as many cells as the first line (7)"),
        (",2026-01-31", ",2026-01-31,more", "boats.csv:3: has not as many cells as the first line (7)"),
        ("2.5,true", "2.5,yes", "boats.csv:3: rigged: must be true or false, not the text 'yes'"),
        ("B8,ann", ",ann", "boats.csv:3: id: must be"),
        ("B8", '"B8', "tables.boats.file: unexpected end of data"),
    ],
)
def test_a_mistake_in_a_file_is_a_line_of_that_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in BOATS
    with pytest.raises(ConfigError) as caught:
        open_club(write(tmp_path, boats=BOATS.replace(old, new, 1)))
    assert said in str(caught.value)


def test_a_world_that_is_not_there_names_what_is(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "club" / "world.yaml").rename(root / "club" / "wrld.yaml")
    with pytest.raises(ConfigError, match=r"world\.yaml: there is no such file; did you mean 'wrld\.yaml'\?"):
        open_club(root)
