"""A service asks for a credential, limits calls, remembers keys, gives pages and takes time; HTTP is one way in."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from wardian.base.messages import ToolCall
from wardian.environments.observation import Observation
from wardian.environments.services.ledger import SCHEMA
from wardian.environments.services.service import Service
from wardian.environments.services.spec import OperationSpec, PageSpec, RateSpec, ServiceSpec
from wardian.environments.services.toolbox import ServiceToolbox
from wardian.environments.state import Row, State
from wardian.environments.template import Rows, Template
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox

NOW = datetime(2026, 3, 2, 9)
TABLE = "CREATE TABLE jars(id INTEGER PRIMARY KEY, made_at TEXT);"
KEY = "Bearer sesame"


class Pantry(Toolbox):
    """Jars."""

    @tool(effect="read")
    def list_jars(self) -> list[Row]:
        """List the jars."""
        return self.state.all("SELECT * FROM jars ORDER BY id")

    @tool(effect="read")
    def get_jar(self, id: int) -> Row:  # noqa: A002
        """Show a jar."""
        row = self.state.one("SELECT * FROM jars WHERE id = ?", id)
        if row is None:
            raise ToolError("not_found", "there is no such jar")
        return row

    @tool(effect="write")
    def create_jar(self, made_at: str) -> Row:
        """Add a jar."""
        number = len(self.state.all("SELECT id FROM jars")) + 1
        self.state.run("INSERT INTO jars VALUES (?, ?)", number, made_at)
        return {"id": number, "made_at": made_at}

    @tool(effect="read")
    def smell(self) -> str:
        """Part of no service."""
        return "nice"


SPEC = ServiceSpec(
    operations={
        "list_jars": OperationSpec(method="GET", path="/jars", pages=PageSpec(default=2, most=3)),
        "get_jar": OperationSpec(method="GET", path="/jars/{jarId}", arguments={"jarId": "id"}),
        "create_jar": OperationSpec(method="POST", path="/jars", idempotency="Idempotency-Key", status=201),
    },
    authorization=KEY,
    rate=RateSpec(calls=4, per_s=60),
    fields={"made_at": "madeAt"},
)


def service(**changes: Any) -> ServiceToolbox:
    rows: Rows = {"jars": [{"id": n, "made_at": "May"} for n in range(1, 6)]}
    pantry = Pantry(State(Template(TABLE + SCHEMA, rows, NOW)))
    return ServiceToolbox(pantry, Service(SPEC.model_copy(update=changes), pantry.schemas()))


def call(box: Toolbox, name: str, **arguments: Any) -> Observation:
    return box.call(ToolCall(id="c", name=name, arguments=json.dumps(arguments)))


def said(observation: Observation) -> Any:
    return json.loads(observation.text)


def test_without_a_credential_nothing_is_served() -> None:
    box = service()
    assert call(box, "get_jar", jarId=1).error == "unauthorized"
    assert call(box, "get_jar", jarId=1, authorization="Bearer x").error == "unauthorized"
    assert said(call(box, "get_jar", jarId=1, authorization=KEY)) == {"id": 1, "madeAt": "May"}
    assert call(service(authorization=""), "get_jar", jarId=9).error == "not_found"
    assert call(box, "smell").text == "nice"


def test_schemas_speak_the_language_of_the_service() -> None:
    schemas: dict[str, Any] = {each.name: each.parameters for each in service().schemas()}
    assert set(schemas) == {"list_jars", "get_jar", "create_jar", "smell", "wait"}
    assert set(schemas["list_jars"]["properties"]) == {"limit", "cursor", "authorization"}
    assert set(schemas["create_jar"]["properties"]) == {"madeAt", "Idempotency-Key", "authorization"}
    assert schemas["get_jar"]["required"] == ["jarId", "authorization"]


def test_a_list_comes_in_pages() -> None:
    box = service()
    first = said(call(box, "list_jars", authorization=KEY))
    assert [jar["id"] for jar in first["items"]] == [1, 2]
    rest = said(call(box, "list_jars", authorization=KEY, limit=3, cursor=first["next_cursor"]))
    assert ([jar["id"] for jar in rest["items"]], rest["next_cursor"]) == ([3, 4, 5], None)


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 4}, {"limit": "2"}, {"limit": True}, {"cursor": "2"}, {"cursor": 2}]
)
def test_pages_that_there_are_none_of_are_refused(wrong: dict[str, Any]) -> None:
    assert call(service(), "list_jars", authorization=KEY, **wrong).error == "invalid_arguments"


def test_calls_beyond_the_limit_wait() -> None:
    box = service()
    found = [call(box, "get_jar", jarId=1, authorization=KEY).error for _ in range(6)]
    assert found == [None, None, None, None, "rate_limited", "rate_limited"]
    assert call(box, "wait", seconds=59).error is None
    assert "1 seconds" in call(box, "get_jar", jarId=1, authorization=KEY).text
    call(box, "wait", seconds=1)
    assert call(box, "get_jar", jarId=1, authorization=KEY).error is None
    assert box.clock.now() == NOW + timedelta(seconds=60)
    for wrong in ({}, {"seconds": -1}, {"seconds": True}, {"seconds": 1e9}, {"seconds": "1"}):
        assert call(box, "wait", **wrong).error == "invalid_arguments"


def test_the_same_key_does_the_same_thing_once() -> None:
    box = service()
    order = {"madeAt": "June", "authorization": KEY}
    first = call(box, "create_jar", **order, **{"Idempotency-Key": "k"})
    again = call(box, "create_jar", **order, **{"Idempotency-Key": "k"})
    assert said(first) == said(again) == {"id": 6, "madeAt": "June"}
    assert {change.table for change in first.changes} == {"jars", "_service_window", "_service_answers"}
    assert {change.table for change in again.changes} == {"_service_window"}
    other = call(box, "create_jar", madeAt="July", authorization=KEY, **{"Idempotency-Key": "k"})
    assert other.error == "conflict"
    assert call(box, "create_jar", **order, **{"Idempotency-Key": ""}).error == "invalid_arguments"


def test_a_call_that_failed_may_be_made_again_with_its_key() -> None:
    box = service(rate=None)
    key = {"Idempotency-Key": "k", "authorization": KEY}
    assert call(box, "create_jar", **key).error == "invalid_arguments"
    assert call(box, "create_jar", madeAt="June", **key).error is None


def test_time_passes_with_every_call() -> None:
    box = service(latency_s=1.5)
    call(box, "get_jar", jarId=1, authorization=KEY)
    call(box, "get_jar", jarId=1)
    assert box.clock.now() == NOW + timedelta(seconds=3)


def request(method: str, path: str) -> ToolCall:
    return ToolCall(id="c", name="http_request", arguments=json.dumps({"method": method, "path": path}))


def http(box: Toolbox, method: str, path: str, **more: Any) -> Observation:
    headers = {"Authorization": KEY, **more.pop("headers", {})}
    return call(box, "http_request", method=method, path=path, headers=headers, **more)


def test_requests_of_http_reach_the_same_operations() -> None:
    box = service(interface="http", rate=None)
    assert [each.name for each in box.schemas()] == ["http_request", "smell"]
    assert said(http(box, "GET", "/jars/2")) == {"status": 200, "body": {"id": 2, "madeAt": "May"}}
    listed = said(http(box, "GET", "/jars?limit=1", query={"cursor": "p2"}))
    assert [jar["id"] for jar in listed["body"]["items"]] == [3]
    made = [
        said(http(box, "post", "/jars", body={"madeAt": "June"}, headers={"idempotency-key": "k"})) for _ in range(2)
    ]
    assert made == [{"status": 201, "body": {"id": 6, "madeAt": "June"}}] * 2
    assert box.meant(request("POST", "/jars")) == "create_jar"
    assert box.meant(request("GET", "/jars/2")) == "get_jar"
    assert box.meant(request("GET", "/lids")) == "http_request", "it is about nothing that there is"
    assert call(box, "get_jar", jarId=1).error == "unknown_tool"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/jars/99", 404, "not_found"),
        ("GET", "/lids", 404, "not_found"),
        ("GET", "/jars/1/../2", 404, "not_found"),
        ("GET", "//[", 422, "invalid_arguments"),
        ("DELETE", "/jars/1", 403, "not_allowed"),
        ("GET", "/jars/one", 422, "invalid_arguments"),
        ("POST", "/jars", 422, "invalid_arguments"),
    ],
)
def test_failures_have_a_status_and_a_code(method: str, path: str, status: int, code: str) -> None:
    observation = http(service(interface="http"), method, path)
    assert observation.error == code
    assert said(observation)["status"] == status
    assert said(observation)["error"]["code"] == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "/jars"},
        {"method": "GET", "path": 1},
        {"method": "GET", "path": "/jars", "url": 1},
        {"method": "GET", "path": "/jars", "body": [1]},
    ],
)
def test_a_request_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    assert call(service(interface="http"), "http_request", **wrong).error == "invalid_arguments"


def test_arguments_that_are_no_object_are_refused() -> None:
    for name in ("get_jar", "wait"):
        assert service().call(ToolCall(id="c", name=name, arguments="[1")).error == "invalid_arguments"


def test_a_snapshot_carries_what_the_service_remembers() -> None:
    box = service()
    call(box, "create_jar", madeAt="June", authorization=KEY, **{"Idempotency-Key": "k"})
    fork = box.state.fork()
    other = ServiceToolbox(Pantry(fork), Service(SPEC, Pantry(fork).schemas()))
    again = call(other, "create_jar", madeAt="June", authorization=KEY, **{"Idempotency-Key": "k"})
    assert said(again)["id"] == 6
    assert len(fork.all("SELECT * FROM jars")) == 6
