"""An OpenAPI description becomes tables, operations and tasks; what it points at elsewhere is not read."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.certified import certified

from wardian.base.errors import ConfigError
from wardian.base.messages import ToolCall
from wardian.building.draft import Draft, write_draft
from wardian.building.openapi.resources import DEEP
from wardian.building.sources import draft_of
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec, KnobValue

DEMO = Path(__file__).resolve().parents[2] / "envs" / "openapi_demo" / "openapi.yaml"

PROPERTIES: dict[str, Any] = {
    "isbn": {"type": "string"},
    "title": {"type": "string"},
    "pages": {"type": "integer", "minimum": 20, "maximum": 900},
    "state": {"type": "string", "enum": ["shelved", "lent", "archived"]},
    "schema": {"type": "object"},
}
BOOK = {"type": "object", "required": ["isbn", "title"], "properties": PROPERTIES}
EXAMPLE = {"isbn": "B-77", "title": "Emma", "pages": 474, "state": "lent"}


def body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema, **more}}}


def answer(schema: Any, **more: Any) -> dict[str, Any]:
    return {"200": {"description": "", **body(schema, **more)}}


def description() -> dict[str, Any]:
    item = {"name": "isbn", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shelf"},
        "paths": {
            "/v1/books": {
                "get": {"responses": answer({"type": "array", "items": {"$ref": "#/components/schemas/Book"}})},
                "post": {
                    "requestBody": body({"$ref": "#/components/schemas/Book"}),
                    "responses": {"201": {}, "409": {}},
                },
            },
            "/v1/books/{isbn}": {
                "parameters": [item],
                "get": {"responses": answer({"$ref": "#/components/schemas/Book"}, example=EXAMPLE)},
                "delete": {"responses": {"204": {"description": ""}}},
            },
            "/v1/books/{isbn}/archive": {"post": {"parameters": [item], "responses": {}}},
            "/v1/books/{isbn}/burn": {"post": {"parameters": [item], "responses": {}}},
            "/v1/books/{isbn}/loans": {
                "parameters": [item],
                "get": {
                    "parameters": [{"name": "reader", "in": "query", "schema": {"type": "string"}}],
                    "responses": answer({"type": "array", "items": {"$ref": "#/components/schemas/Loan"}}),
                },
            },
            "/v1/books/{isbn}/loans/{loanId}": {"get": {"responses": answer({"$ref": "#/components/schemas/Loan"})}},
            "/health": {"get": {"responses": {}}},
        },
        "components": {
            "schemas": {
                "Book": BOOK,
                "Loan": {
                    "allOf": [
                        {"type": "object", "properties": {"loanId": {"type": "integer"}}},
                        {
                            "type": "object",
                            "properties": {"reader": {"type": "string"}, "due": {"type": "string", "format": "date"}},
                        },
                    ]
                },
            },
            "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }


def drafted(tmp_path: Path, document: Any) -> Draft:
    source = tmp_path / "api.json"
    source.write_text(json.dumps(document), encoding="utf-8")
    return draft_of(source, "shelf")


async def built(tmp_path: Path, draft: Draft, **knobs: KnobValue) -> Pack:
    await write_draft(draft, tmp_path / "envs" / draft.name)
    return load_pack(EnvironmentSpec(pack=draft.name, knobs=knobs), [tmp_path / "envs"])


async def test_it_becomes_a_pack_that_is_certified(tmp_path: Path) -> None:
    draft = drafted(tmp_path, description())
    assert (await certified(await built(tmp_path, draft))).holds
    assert draft.notes == [
        "GET /health: is about no collection and left out",
        "GET /v1/books/{isbn}/loans/{loanId}: " + DEEP,
        "POST /v1/books/{isbn}/burn: what it changes is not said; write a statement for it",
    ]


def test_resources_become_tables(tmp_path: Path) -> None:
    draft = drafted(tmp_path, description())
    tables = draft.world["tables"]
    assert tables["books"]["columns"]["isbn"] == {"type": "text", "key": True}, "a new book brings its own"
    assert tables["books"]["columns"]["pages"] == {"type": "integer", "optional": True, "min": 20.0, "max": 900.0}
    assert tables["books"]["columns"]["schema_"]["type"] == "json"
    assert tables["loans"]["columns"]["loan_id"] == {"type": "integer", "key": True, "generated": "{n}"}
    assert tables["loans"]["columns"]["isbn"] == {"type": "text", "references": "books.isbn"}
    assert draft.tables["books"].rows[0]["title"] == "Emma", "the example comes first"
    service = draft.world["service"]
    assert service["header"] == "X-Key"
    assert service["fields"] == {"schema_": "schema", "loan_id": "loanId"}
    assert set(service["operations"]) == {
        "get_book",
        "delete_book",
        "list_books",
        "create_book",
        "archive_book",
        "list_loans",
    }
    assert "rate" not in service


async def test_calls_speak_the_language_of_the_api(tmp_path: Path) -> None:
    draft = drafted(tmp_path, description())
    world = (await built(tmp_path, draft)).environment("read_book_1")
    key = draft.world["service"]["authorization"]

    async def call(name: str, **arguments: Any) -> Any:
        observation = await world.call(ToolCall(id="c", name=name, arguments=json.dumps({"x_key": key, **arguments})))
        return observation.error or json.loads(observation.text)

    assert (await call("get_book", isbn="B-77"))["title"] == "Emma"
    assert await call("archive_book", isbn="B-77") == {**EXAMPLE, "state": "archived", "schema": None}
    assert await call("archive_book", isbn="B-77") == "conflict"
    assert await call("create_book", isbn="B-77", title="Emma") == "conflict"
    assert await call("get_book", isbn="B-77", x_key="") == "unauthorized"
    assert "loanId" in (await call("list_loans", isbn=draft.tables["loans"].rows[0]["isbn"]))[0]
    assert await call("list_loans") == "invalid_arguments"


async def test_the_shipped_description_gives_the_tables_of_the_demo() -> None:
    draft = draft_of(DEMO, "openapi_demo")
    shipped = yaml.safe_load((DEMO.parent / "world.yaml").read_text(encoding="utf-8"))
    assert draft.world["tables"] == shipped["tables"]
    drafts = {name: task for name, task in shipped["tasks"].items() if name in draft.world["tasks"]}
    assert drafts == draft.world["tasks"], "the drafts are the builder's; others were added"
    assert draft.world["service"]["authorization"] == shipped["service"]["authorization"]
    assert draft.notes == []


def broken(**changes: Any) -> dict[str, Any]:
    return {**description(), **changes}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"openapi": "2.0", "paths": {}}, "is no description in OpenAPI 3"),
        ({"openapi": "3.1.0", "paths": []}, "has no `paths`"),
        (broken(paths={"/health": {"get": {}}}), "no path in it is about a collection"),
        (
            broken(paths={"/a/{id}": {"get": {"responses": answer({"$ref": "other.yaml#/A"})}}}),
            "lies outside of the file",
        ),
        (broken(paths={"/a/{id}": {"get": {"responses": answer({"$ref": "file:///etc/passwd"})}}}), "lies outside"),
        (broken(paths={"/a/{id}": {"get": {"responses": answer({"$ref": "#/nowhere"})}}}), "there is no '#/nowhere'"),
        (broken(paths={"/a/{id}": {"$ref": "#/paths/~1a~1{id}"}}), "round in circles"),
    ],
)
def test_a_description_of_no_use_is_told_in_one_line(tmp_path: Path, document: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        drafted(tmp_path, document)
    assert "\n" not in str(caught.value)


def test_a_schema_inside_of_itself_ends(tmp_path: Path) -> None:
    document = description()
    document["components"]["schemas"]["Book"] = {
        **BOOK, "properties": {**BOOK["properties"], "next": {"$ref": "#/components/schemas/Book"}},  # type: ignore[dict-item]
    }  # fmt: skip
    document["components"]["schemas"]["Loan"]["allOf"].append({"$ref": "#/components/schemas/Loan"})
    assert drafted(tmp_path, document).world["tables"]["books"]["columns"]["next"]["type"] == "json"


def test_yaml_that_grows_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "api.yaml"
    source.write_text("openapi: 3.0.0\na: &a [x, x]\nb: &b [*a, *a]\npaths: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="aliases are not read"):
        draft_of(source, "api")


HOSTILE = ["../../up", "{id}/..", "a'; DROP TABLE x; --", "{knobs.x}", "", "select", "🦉", "x" * 200]


@pytest.mark.parametrize("name", HOSTILE)
async def test_names_and_values_that_are_none_are_contained(tmp_path: Path, name: str) -> None:
    document = description()
    document["info"]["title"] = name
    book = {"$ref": "#/components/schemas/Book"}
    document["paths"] = {
        f"/{name}": {"get": {"operationId": name, "responses": answer({"type": "array", "items": book})}},
        f"/{name}/{{{name}}}": {"get": {"operationId": f"get {name}", "summary": name, "responses": answer(book)}},
        "/fine": {"get": {"operationId": name, "summary": name, "responses": answer({"type": "array", "items": book})}},
    }
    field = {"type": "string", "enum": [name, "ok"], "example": name, "description": name}
    document["components"]["schemas"]["Book"] = {**BOOK, "properties": {**PROPERTIES, name: field}}
    pack = await built(tmp_path, drafted(tmp_path, document))
    assert (await certified(pack)).holds
    assert os.listdir(tmp_path / "envs") == ["shelf"]
    files = {"pack.yaml", "world.yaml", "policy.md", *(f"{table}.csv" for table in _tables(tmp_path))}
    assert set(os.listdir(tmp_path / "envs" / "shelf")) <= files


def _tables(tmp_path: Path) -> list[str]:
    world = tmp_path / "envs" / "shelf" / "world.yaml"
    return list(yaml.safe_load(world.read_text(encoding="utf-8"))["tables"]) if world.exists() else []


async def test_ids_in_bodies_and_paths_for_searches_are_understood(tmp_path: Path) -> None:
    pet = {
        "type": "object",
        "required": ["name", "photos"],
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string"},
            "photos": {"type": "array"},
            "nick": {"type": "string"},
        },
    }
    nick = {"name": "nick", "in": "query", "schema": {"type": "string"}}
    many = {"parameters": [nick], "responses": answer({"type": "array", "items": pet})}
    paths = {
        "/pet": {
            "post": {"requestBody": body(pet), "responses": {}},
            "put": {"requestBody": body(pet), "responses": {}},
        },
        "/pet/findByNick": {"get": {"operationId": "findPetsByNick", **many}},
        "/pet/findByTags": {"get": {"operationId": "findPetsByTags", **many}},
        "/pet/createMany": {"post": {"responses": {}}},
        "/pet/{petId}": {"get": {"responses": answer(pet)}, "post": {"responses": {}}},
    }
    draft = drafted(tmp_path, {**description(), "paths": paths})
    assert {tool: spec["kind"] for tool, spec in draft.world["tools"].items()} == {
        "get_pet": "get",
        "create_pet": "create",
        "update_pet": "update",
        "find_pets_by_nick": "find",
    }
    assert draft.world["tools"]["update_pet"]["columns"] == ["name", "photos", "nick"], "the key stays as it is"
    assert draft.world["tables"]["pets"]["columns"]["photos"]["default"] == []
    assert [note.split(":")[0] for note in draft.notes] == [
        "POST /pet/{petId}",
        "GET /pet/findByTags",
        "POST /pet/createMany",
    ]
    assert (await certified(await built(tmp_path, draft, interface="http"))).holds


LONG = "field" + "_and_more" * 8


@pytest.mark.parametrize(
    ("items", "following", "paged"),
    [
        (LONG, "next", None),
        ("$items", "next", None),
        ("value", "@odata.nextLink", "next_cursor"),
        ("value", f"next_{LONG}", "next_cursor"),
    ],
)
async def test_lists_in_fields_that_no_pack_can_name_are_read(
    tmp_path: Path, items: str, following: str, paged: str | None
) -> None:
    document = description()
    books = {"type": "array", "items": {"$ref": "#/components/schemas/Book"}}
    page = {"type": "object", "properties": {items: books, following: {"type": "string"}}}
    document["paths"]["/v1/books"]["get"]["responses"] = answer(page)
    draft = drafted(tmp_path, document)
    pages = draft.world["service"]["operations"]["list_books"].get("pages")
    assert (pages and pages["next"]) == paged
    assert any("gives the bare list" in note for note in draft.notes) == (paged is None)
    assert (await built(tmp_path, draft)).tasks()


async def test_an_action_of_several_words_has_a_task(tmp_path: Path) -> None:
    document = description()
    document["paths"]["/v1/books/{isbn}/archive-it"] = document["paths"].pop("/v1/books/{isbn}/archive")
    pack = await built(tmp_path, drafted(tmp_path, document))
    assert "archive_it_book" in {card.template for card in pack.tasks()}


def test_an_example_fits_the_table_whatever_its_own_schema_says_of_the_member_above(tmp_path: Path) -> None:
    number, text = {"type": "integer"}, {"type": "string"}
    shelf = {"type": "object", "properties": {"shelfId": number, "room": text}}
    book = {"type": "object", "properties": {"id": text, "shelfId": text, "title": text}}
    examples = [{"id": "B1", "shelfId": 7, "title": "Emma"}]
    paths = {
        "/shelves/{shelfId}": {"get": {"responses": answer(shelf, example={"shelfId": 7, "room": "the north wing"})}},
        "/shelves/{shelfId}/books": {
            "get": {"responses": answer({"type": "array", "items": book}, example=examples)},
            "post": {"requestBody": body(book), "responses": {"201": {}}},
        },
    }
    books = drafted(tmp_path, broken(paths=paths)).tables["books"]
    assert books.columns["shelf_id"].type == "integer"
    assert books.rows[0] == {"id": "B1", "shelf_id": 7, "title": "Emma"}
