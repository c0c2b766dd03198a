"""What a `world.yaml` must not be able to do: it is a file that somebody may have got from somebody else."""

import os
import time
from pathlib import Path

import pytest
from support.worlds import MANIFEST, WORLD, open_club, write

from wardian.base.errors import ConfigError
from wardian.environments.declarative.definition import scratch
from wardian.environments.declarative.statement import Inspector, Statement
from wardian.environments.declarative.tables import ColumnSpec, TableSpec

BOMB = "\n".join(
    ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (BOMB, "too many values"),
        ("a: &a {b: *a}", "alias"),
        ("a: &a [*a]", "alias"),
        ("a: &a {<<: *a}", "alias"),
        ("[" * 5000, "nested deeper than 32 levels"),
        ("a: !!python/object/apply:os.system ['touch owned']", "unknown key"),
        ("now: !!python/name:os.getcwd ''", "the tag 'tag:yaml.org,2002:python/name:os.getcwd' is not allowed here"),
        ("now: !include /etc/passwd", "the tag '!include' is not allowed here"),
        ("now: ${HOME}", "must be text, not the text '${HOME}'"),
        ("now: 1\nnow: 2", "given twice"),
        ("- a\n- b", "must be a mapping"),
        ("", "must be a mapping"),
        ("'{knobs.most}'", "must be a mapping"),
        ("a: \x07", "U+0007 is not allowed"),
        ("a: [", "not valid YAML"),
        ("a: {? {b: c} : d}", "a key must be a text"),
        ("x: '" + "y" * 300_000 + "'", "larger than 256 KiB"),
    ],
)
def test_a_hostile_file_is_refused_in_a_moment(tmp_path: Path, world: str, said: str) -> None:
    root = write(tmp_path)
    (root / "club" / "world.yaml").write_text(world, encoding="utf-8")
    began = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        open_club(root)
    assert said in str(caught.value)
    assert time.monotonic() - began < 5
    assert not Path("owned").exists()


@pytest.mark.parametrize("name", ["../world.yaml", "/etc/hostname", "link.yaml"])
def test_a_world_is_a_file_of_the_pack(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, manifest=MANIFEST.replace("world.yaml", name))
    (root / "world.yaml").write_text(WORLD)
    os.symlink(root / "world.yaml", root / "club" / "link.yaml")
    with pytest.raises(ConfigError, match=r"is outside of the pack's folder"):
        open_club(root)


def test_loops_that_multiply_are_stopped(tmp_path: Path) -> None:
    many = str(list(range(30)))
    world = WORLD.replace("    for:\n", f"    for:\n      a: {many}\n      b: {many}\n      c: {many}\n")
    world = world.replace("id: launch_{boat.id}", 'id: "{a}_{b}_{c}_{boat.id}"')
    with pytest.raises(ConfigError, match=r"tasks\.launch\.for: more than 2000 tasks come of these loops"):
        open_club(write(tmp_path, world))


def test_loops_that_go_round_for_nothing_are_stopped(tmp_path: Path) -> None:
    many = str(list(range(100)))
    world = WORLD.replace(
        "    for:\n", "    for:\n" + "".join(f"      {name}: {many}\n" for name in "abcd") + "      z: []\n"
    )
    with pytest.raises(ConfigError, match=r"tasks\.launch\.for: these loops go round more than 100000 times"):
        open_club(write(tmp_path, world))


TABLES = {
    "safe": TableSpec(columns={"id": ColumnSpec(type="text", key=True), "gold": ColumnSpec(type="integer")}),
}

SQL_ATTACKS = [
    "SELECT * FROM sqlite_master",
    "SELECT * FROM pragma_table_info('safe')",
    "SELECT * FROM _changes",
    "SELECT * FROM clock",
    "SELECT random()",
    "SELECT * FROM safe ORDER BY random()",
    "SELECT datetime('now')",
    "SELECT date()",
    "SELECT CURRENT_TIMESTAMP",
    "SELECT strftime('%s', 'now')",
    "SELECT sqlite_version()",
    "SELECT load_extension('x')",
    "SELECT last_insert_rowid()",
    "SELECT 1; DROP TABLE safe",
    "DELETE FROM safe",
    "INSERT INTO safe VALUES ('a', 1)",
    "UPDATE safe SET gold = 0",
    "DROP TABLE safe",
    "CREATE TABLE x(y)",
    "ATTACH '/tmp/x.db' AS x",
    "DETACH x",
    "PRAGMA writable_schema = ON",
    "VACUUM INTO '/tmp/x.db'",
    "BEGIN",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n",
    "SELECT * FROM safe WHERE id = :other",
    "",
]


@pytest.mark.parametrize("sql", SQL_ATTACKS)
def test_what_reads_may_only_read_the_world(sql: str) -> None:
    inspector = Inspector(scratch(TABLES), TABLES)
    assert inspector.objection(Statement.of(sql), ["id"])


@pytest.mark.parametrize("sql", [*SQL_ATTACKS[:14], *SQL_ATTACKS[17:]])
def test_what_writes_may_only_write_rows(sql: str) -> None:
    inspector = Inspector(scratch(TABLES), TABLES)
    assert inspector.objection(Statement.of(sql), ["id"], writing=True)


@pytest.mark.parametrize(
    ("sql", "writing"),
    [
        ("SELECT gold FROM safe WHERE id = :id", False),
        ("SELECT count(*) AS n, max(gold) FROM safe", False),
        ("WITH rich AS (SELECT * FROM safe WHERE gold > 9) SELECT upper(id) FROM rich", False),
        ("SELECT ':id', add_days(:id, 1) -- :other\n", False),
        ("UPDATE safe SET gold = gold + 1 WHERE id IN (SELECT id FROM safe)", True),
        ("INSERT INTO safe SELECT id || 'x', 1 FROM safe", True),
        ("DELETE FROM safe WHERE id = :id", True),
    ],
)
def test_what_stays_in_the_world_is_allowed(sql: str, writing: bool) -> None:
    inspector = Inspector(scratch(TABLES), TABLES)
    assert inspector.objection(Statement.of(sql), ["id"], writing=writing) == ""


def test_each_statement_is_looked_at_for_what_it_is_to_do_here() -> None:
    inspector = Inspector(scratch(TABLES), TABLES)
    update, look = Statement.of("UPDATE safe SET gold = 0"), Statement.of("SELECT * FROM safe")
    for _ in range(2):
        assert inspector.objection(update, [], writing=True) == ""
        assert inspector.objection(update, []) == "it changes 'safe', and may only read"
        assert inspector.objection(look, []) == ""
        assert inspector.objection(look, [], writing=True) == "only INSERT, UPDATE and DELETE are allowed"
