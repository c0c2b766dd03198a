"""Packs made of tables pass `check` before anybody has written a line."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.certified import certified

from wardian.base.errors import ConfigError
from wardian.building.draft import write_draft
from wardian.building.sources import draft_of, name_of
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec

SHOP = """
CREATE TABLE "Customers"("CustomerID" INTEGER PRIMARY KEY, "Full Name" TEXT, email TEXT, vip BOOLEAN, password TEXT);
CREATE TABLE "order"(id TEXT PRIMARY KEY, customer INTEGER REFERENCES "Customers"("CustomerID"), status TEXT,
    total INTEGER, placed TEXT, photo BLOB);
CREATE TABLE order_items("order" TEXT REFERENCES "order"(id), product TEXT, quantity INTEGER,
    PRIMARY KEY("order", product));
CREATE TABLE log(msg TEXT, at TEXT);
CREATE TABLE blank(id INTEGER PRIMARY KEY, schema TEXT);
CREATE VIEW everything AS SELECT * FROM log;
"""
NAMES = ("Ann Lee", "Bob Ray", "Cy Orr", "Di Fox", "Ed Kim")


def fill(connection: sqlite3.Connection) -> None:
    connection.executescript(SHOP)
    for number, name in enumerate(NAMES, 1):
        email = f"{name.split()[0].lower()}@example.com"
        connection.execute("INSERT INTO Customers VALUES (?, ?, ?, ?, ?)", (number, name, email, number % 2, "pw"))
    for number in range(12):
        status = ("open", "shipped", "delivered")[number % 3]
        photo = b"\x00" if number == 3 else None
        row = (f"W{101 + number}", number % 5 + 1, status, number * 137 + 50, f"2026-02-{number + 1:02d}", photo)
        connection.execute('INSERT INTO "order" VALUES (?, ?, ?, ?, ?, ?)', row)
    for number in range(8):
        item = (f"W{101 + number}", ("tent", "lamp")[number % 2], number % 4 + 1)
        connection.execute("INSERT INTO order_items VALUES (?, ?, ?)", item)
    connection.execute("INSERT INTO log VALUES ('is it {odd}?', '2026-02-01 10:00:00')")
    connection.execute("INSERT INTO log VALUES ('a ''quoted'' line\nand more', NULL)")
    connection.commit()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        fill(connection)
    return path


async def built(source: Path, folder: Path) -> Pack:
    await write_draft(draft_of(source, folder.name), folder)
    return load_pack(EnvironmentSpec(pack=folder.name), [folder.parent])


async def test_a_sqlite_file_becomes_a_pack_that_is_certified(database: Path, tmp_path: Path) -> None:
    pack = await built(database, tmp_path / "envs" / "shop")
    found = await certified(pack)
    assert found.holds, [(task.task, task.problems) for task in found.tasks if task.problems][:5] or found.problems
    assert {card.template for card in pack.tasks()} >= {
        "read_customer", "find_order_by_total", "create_order", "change_order_status", "delete_order_item",
        "change_customer_vip", "create_customer",
    }  # fmt: skip
    assert not any(path.name.startswith(".building") for path in (tmp_path / "envs").iterdir())


def test_keys_references_types_and_secrets_are_kept(database: Path) -> None:
    tables = draft_of(database, "shop").world["tables"]
    assert set(tables) == {"customers", "order", "order_items", "log", "blank"}
    assert tables["customers"]["columns"]["customer_id"] == {"type": "integer", "key": True, "generated": "{n}"}
    assert tables["customers"]["columns"]["vip"] == {"type": "boolean"}
    assert tables["customers"]["columns"]["password"] == {"type": "text", "optional": True, "hidden": True}
    order = tables["order"]["columns"]
    assert order["customer"] == {"type": "integer", "references": "customers.customer_id"}
    assert order["status"]["one_of"] == ["delivered", "open", "shipped"]
    assert order["id"]["generated"] == "W{n}"
    assert order["placed"]["type"] == "date"
    assert "photo" not in order, "what is no text and no number is left out"
    assert tables["log"]["columns"]["row_number"]["key"]
    assert "schema_" in tables["blank"]["columns"]


async def test_a_dump_of_it_becomes_the_same_tables(database: Path, tmp_path: Path) -> None:
    dump = tmp_path / "shop.sql"
    with closing(sqlite3.connect(database)) as connection:
        dump.write_text("\n".join(connection.iterdump()), encoding="utf-8")
    one, other = draft_of(database, "shop"), draft_of(dump, "shop")
    assert one.world == other.world
    assert {name: table.rows for name, table in one.tables.items()} == {
        name: table.rows for name, table in other.tables.items()
    }


POSTGRES = """--
SET statement_timeout = 0;
CREATE TABLE public.cities (
    id integer NOT NULL DEFAULT nextval('public.cities_id_seq'::regclass),
    name character varying(40) DEFAULT 'x'::character varying
);
CREATE TABLE public.people (id integer NOT NULL, name text, city integer, born date);
ALTER TABLE public.people OWNER TO me;
COPY public.cities (id, name) FROM stdin;
1\tGraz
2\tBad\\tIschl
3\t\\N
\\.
COPY public.people (id, name, city, born) FROM stdin;
10\tAnn; public.Lee\t1\t1990-01-02
11\tBob Ray\t2\t1991-03-04
\\.
ALTER TABLE ONLY public.cities ADD CONSTRAINT cities_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.people ADD CONSTRAINT people_city FOREIGN KEY (city) REFERENCES public.cities(id);
"""


async def test_a_dump_of_postgresql_is_understood(tmp_path: Path) -> None:
    dump = tmp_path / "people.sql"
    dump.write_text(POSTGRES, encoding="utf-8")
    draft = draft_of(dump, "people")
    assert draft.tables["people"].rows[0] == {"id": 10, "name": "Ann; public.Lee", "city": 1, "born": "1990-01-02"}
    assert [row["name"] for row in draft.tables["cities"].rows] == ["Graz", "Bad\tIschl", None]
    assert draft.world["tables"]["people"]["columns"]["city"]["references"] == "cities.id"
    assert (await certified(await built(dump, tmp_path / "envs" / "people"))).holds


def test_a_dump_with_the_line_ends_of_windows_is_read_alike(tmp_path: Path) -> None:
    plain, windows = tmp_path / "plain.sql", tmp_path / "windows.sql"
    plain.write_bytes(POSTGRES.encode())
    windows.write_bytes(POSTGRES.replace("\n", "\r\n").encode())
    assert draft_of(windows, "people").tables == draft_of(plain, "people").tables


MYSQL = r"""-- MySQL dump 10.13
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `authors`;
CREATE TABLE `authors` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT COMMENT 'the key; of it',
  `name` varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT NULL,
  `kind` enum('poet','novelist') NOT NULL DEFAULT 'poet',
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_name` (`name`(10))
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4;
CREATE TABLE `books` (
  `id` int NOT NULL,
  `author_id` int unsigned NOT NULL,
  `title` text,
  PRIMARY KEY (`id`),
  KEY `by_author` (`author_id`),
  CONSTRAINT `of` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB;
LOCK TABLES `authors` WRITE;
INSERT INTO `authors` VALUES (1,'Flann O\'Brien','novelist'),(2,'Ada; ENGINE=x','poet');
UNLOCK TABLES;
INSERT INTO `books` VALUES (7,1,'At Swim-Two-Birds\nII'),(8,2,'back\\slash');
"""


async def test_a_dump_of_mysql_is_understood(tmp_path: Path) -> None:
    dump = tmp_path / "books.sql"
    dump.write_text(MYSQL, encoding="utf-8")
    draft = draft_of(dump, "books")
    assert [row["name"] for row in draft.tables["authors"].rows] == ["Flann O'Brien", "Ada; ENGINE=x"]
    assert [row["title"] for row in draft.tables["books"].rows] == ["At Swim-Two-Birds\nII", "back\\slash"]
    assert draft.world["tables"]["books"]["columns"]["author_id"]["references"] == "authors.id"
    assert (await certified(await built(dump, tmp_path / "envs" / "books"))).holds


async def test_csv_files_show_their_keys_and_references(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "readers.csv").write_text(
        "card;name;city\n7001;Ann Lee;Graz\n7002;Bob Ray;\n7003;Cy Orr;Linz\n", encoding="utf-8-sig"
    )
    (folder / "loans.csv").write_text(
        "id,card,title,due,fee\n007,7001,Emma,2026-03-01,1.5\n008,7002,Dune,2026-03-02,2\n", encoding="utf-8"
    )
    draft = draft_of(folder, "desk")
    loans = draft.world["tables"]["loans"]["columns"]
    assert loans["id"] == {"type": "text", "key": True}, "007 is no number"
    assert loans["card"]["references"] == "readers.card"
    assert loans["fee"]["type"] == "number"
    assert draft.world["tables"]["readers"]["columns"]["city"] == {"type": "text", "optional": True}
    assert (await certified(await built(folder, tmp_path / "envs" / "desk"))).holds


HOSTILE = [
    'a"; DROP TABLE x; --', "../../etc/passwd", "select", "{knobs.x}", "__proto__", "", "🦉", "a" * 300, "model_dump",
    "sqlite_x", "clock", "CON", "a/b", "a\x00b",
]  # fmt: skip


async def test_names_that_are_none_become_names(tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as connection:
        for number, name in enumerate(HOSTILE):
            if "\x00" in name or name.startswith("sqlite_"):
                continue
            quoted = name.replace('"', '""')
            column = HOSTILE[(number + 1) % 9].replace('"', '""')
            connection.execute(f'CREATE TABLE "{quoted}"("k{quoted}" TEXT PRIMARY KEY, "{column}x" TEXT)')
            for row in range(3):
                connection.execute(f'INSERT INTO "{quoted}" VALUES (?, ?)', (f"K{row + 1}", f"value{row}"))
        connection.commit()
    folder = tmp_path / "envs" / "odd"
    pack = await built(path, folder)
    assert (await certified(pack)).holds
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*")}
    assert all(file.replace(".", "").replace("_", "").isalnum() and "/" not in file for file in files)
    assert {path.split("/")[0] for path in os.listdir(tmp_path)} == {"envs", "odd.db"}


async def test_values_that_say_something_else_are_no_part_of_a_task(tmp_path: Path) -> None:
    odd = ["{knobs.x}", "Shall I go ahead?", "unfortunately", "a\nb", "' OR 1=1 --", "Is there anything else?", "plain"]
    path = tmp_path / "odd.csv"
    lines = [f'K{n},"{value}"' for n, value in enumerate(odd, 1)]
    path.write_text("\n".join(["id,said", *lines]), encoding="utf-8")
    assert (await certified(await built(path, tmp_path / "envs" / "odd"))).holds


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ATTACH DATABASE '/tmp/x.db' AS other;", "creates no table"),
        ("CREATE TABLE a(x); INSERT INTO a SELECT load_extension('x');", "not authorized|no such function"),
        ("CREATE TABLE a(x); INSERT INTO b VALUES (1);", "no such table"),
        ("CREATE VIRTUAL TABLE a USING fts5(x);", "creates no table"),
        ("CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;", "creates no table"),
        (
            "CREATE TABLE a AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r;",
            "interrupted",
        ),
        ("CREATE TABLE a(x); INSERT INTO a VALUES (zeroblob(900000000));", "too big"),
        ("nonsense", "creates no table"),
    ],
)
def test_a_dump_can_only_make_tables(tmp_path: Path, statement: str, said: str) -> None:
    dump = tmp_path / "bad.sql"
    dump.write_text(statement.replace("; INSERT", ";\nINSERT"), encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        draft_of(dump, "bad")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bad.db", b"SQLite format 3\x00 and then nonsense", "cannot be read as a SQLite file"),
        ("bad.txt", b"hello", "is none of"),
        ("bad.csv", b"\xff\xfe\x00", "cannot be read as CSV"),
        ("empty.csv", b"", "cannot be read as CSV"),
        ("head.csv", b"id,name\n", "no table has rows"),
        ("none.json", b"{}", "no tool call in it"),
    ],
)
def test_sources_of_no_use_are_told_in_one_line(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=said) as caught:
        draft_of(path, "bad")
    assert "\n" not in str(caught.value)


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        draft_of(tmp_path / "none.db", "bad")


@pytest.mark.parametrize("name", ["Shop", "1shop", "sh op", "sh-op", "a" * 80])
def test_a_folder_whose_name_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is called by small letters"):
        name_of(tmp_path / "envs" / name)


async def test_what_is_there_is_not_overwritten(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "envs" / "shop"
    folder.mkdir(parents=True)
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="is not an empty folder"):
        await write_draft(draft_of(database, "shop"), folder)
    assert [path.name for path in folder.iterdir()] == ["note.txt"]


async def test_a_draft_that_its_reference_does_not_solve_is_left_out(database: Path, tmp_path: Path) -> None:
    draft = draft_of(database, "shop")
    draft.world["tasks"]["read_log"]["reference"] = [{"say": "Hm."}]
    del draft.world["tasks"]["delete_order"]["reference"][0]  # nobody was asked
    written = await write_draft(draft, tmp_path / "envs" / "shop")
    assert not {"delete_order", "read_log"} & set(written.world["tasks"])
    assert written.world["tools"]["delete_order"]["offered"] is False, "nothing else calls it"
    assert [note for note in written.notes if "delete_order" in note] == [
        "delete_order: does not measure what it should, and is left out"
    ]
    assert (await certified(load_pack(EnvironmentSpec(pack="shop"), [tmp_path / "envs"]))).holds
