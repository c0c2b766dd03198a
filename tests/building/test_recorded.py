"""What was recorded becomes tables where it can, and is said again where it cannot."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from mcp.server import MCPServer
from support.certified import certified

from wardian.base.errors import ConfigError
from wardian.building.draft import write_draft
from wardian.building.mcp_source import RECORDED, draft_server, read_script, server_of
from wardian.building.recorded.draft import draft_recorded
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.fidelity.survey import survey
from wardian.specs.environments import EnvironmentSpec
from wardian.traces.files import read_traces
from wardian.traces.trace import Trace, TracedCall


def call(tool: str, answer: Any, error: str | None = None, **arguments: Any) -> TracedCall:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return TracedCall(id="", tool=tool, arguments=json.dumps(arguments), result=text, error=error)


def order(number: int, status: str = "open", **more: Any) -> dict[str, Any]:
    return {"id": f"W{number}", "status": status, "total": number * 100 + 7, **more}


MISSING = {"error": {"code": "not_found", "message": "there is no row W9 in orders"}}
LOOKED = (
    call("get_order", order(1), id="W1"),
    call("get_order", order(2, "shipped"), id="W2"),
    call("list_orders", [order(1), order(3)], status="open"),
    call("get_order", MISSING, "KeyError", id="W9"),
)
CHANGED = (
    call("update_order", order(1, "shipped"), id="W1", status="shipped"),
    call("get_order", order(1, "shipped"), id="W1"),
    call("delete_order", order(3), id="W3"),
    call("create_order", order(4) | {"total": 50}, status="open", total=50),
)
QUOTES = (
    call(
        "shippingQuote", {"quote": {"cents": 1280, "byAir": True}}, city="Graz", grams=900, options={"b": 1, "a": [2]}
    ),
    call("shippingQuote", {"quote": {"cents": 640, "byAir": False}}, city="Linz", grams=900),
    call("motto", "Parcels are patient"),
)


async def built(traces: list[Trace], folder: Path) -> Pack:
    await write_draft(draft_recorded(folder.name, "production", traces), folder)
    return load_pack(EnvironmentSpec(pack=folder.name), [folder.parent])


async def test_look_ups_become_tables_and_the_tools_on_them_work(tmp_path: Path) -> None:
    traces = [Trace(id="a", calls=LOOKED), Trace(id="b", calls=(*LOOKED, *CHANGED))]
    draft = draft_recorded("shop", "production", traces)
    assert [row["status"] for row in draft.tables["orders"].rows] == ["open", "shipped", "open"], (
        "as they were in the beginning"
    )
    assert {tool: spec["kind"] for tool, spec in draft.world["tools"].items()} == {
        "create_order": "create", "delete_order": "delete", "get_order": "get", "list_orders": "find",
        "update_order": "update",
    }  # fmt: skip
    pack = await built(traces, tmp_path / "envs" / "shop")
    assert (await certified(pack)).holds
    report = await survey(pack, traces)
    assert report.clean, report.first


async def test_the_rest_is_said_again_word_for_word(tmp_path: Path) -> None:
    traces = [Trace(id="a", calls=(*LOOKED, *QUOTES))]
    pack = await built(traces, tmp_path / "envs" / "shop")
    assert (await certified(pack)).holds
    quote = next(tool for tool in pack.environment(pack.tasks()[0].id).tools() if tool.name == "shipping_quote")
    properties: Any = quote.parameters["properties"]
    assert set(properties) == {"city", "grams", "options"}
    calls = [each.model_copy(update={"tool": "shipping_quote"}) for each in QUOTES[:2]]
    report = await survey(pack, [Trace(id="a", calls=(*LOOKED, *calls, QUOTES[2]))])
    assert report.clean, report.first


async def test_names_in_capitals_stay_as_callers_know_them(tmp_path: Path) -> None:
    calls = tuple(call("get_order", {"orderId": f"W{n}", "totalCents": 100 + n}, orderId=f"W{n}") for n in range(3))
    traces = [Trace(id="a", calls=calls)]
    pack = await built(traces, tmp_path / "envs" / "shop")
    assert (await survey(pack, traces)).clean
    assert (await certified(pack)).holds


def test_traces_that_tell_nothing_make_no_pack() -> None:
    with pytest.raises(ConfigError, match="no recorded call tells anything"):
        draft_recorded("shop", "production", [Trace(id="a", calls=(call("ping", "ok"), call("x", "y", "KeyError")))])


HOSTILE = ["../../up", "get_a'; DROP TABLE x; --", "get_{knobs.x}", "", "get_🦉", "get_" + "x" * 200, "get_model_dump"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_names_and_values_that_are_none_are_contained(tmp_path: Path, name: str) -> None:
    calls = tuple(
        call(name, {name: f"{name}{n}", "told": f"value {n} of many"}, **{name or "x": f"{name}{n}"}) for n in range(3)
    )
    try:
        pack = await built([Trace(id=name, calls=calls)], tmp_path / "envs" / "shop")
    except ConfigError:
        assert not [files for _, _, files in os.walk(tmp_path) if files]
        return
    assert (await certified(pack)).holds
    assert os.listdir(tmp_path / "envs") == ["shop"]
    assert all(Path(file).suffix in (".yaml", ".csv", ".md") for file in os.listdir(tmp_path / "envs" / "shop"))


LONG = "field" + "_and_more" * 8


@pytest.mark.parametrize("field", [LONG, LONG[:46], "schema", "now"])
async def test_fields_and_arguments_that_no_pack_can_name_so_become_others(tmp_path: Path, field: str) -> None:
    orders = [call("get_order", {**order(n), field: 1_000 + n}, id=f"W{n}") for n in (1, 2, 3)]
    quotes = [call(f"quote{LONG}", {"cents": 500 + n}, **{field: f"W{n}"}) for n in (1, 2, 3)]
    pack = await built([Trace(id="a", calls=(*orders, *quotes))], tmp_path / "envs" / "shop")
    assert len({card.template for card in pack.tasks()}) == 2
    assert (await certified(pack)).holds


def shop() -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("shop")

    @server.tool()
    def get_order(id: str) -> dict[str, Any]:  # noqa: A002
        """Show an order."""
        return order(int(id.removeprefix("W")))

    @server.tool()
    def greeting(name: str) -> str:
        """Greet somebody."""
        return f"Good morning {name}, parcels are patient"

    @server.tool()
    def unused() -> str:
        """Nobody calls this."""
        return "x"

    return server


async def test_a_server_is_asked_what_the_script_says_and_recorded(tmp_path: Path) -> None:
    script = tmp_path / "calls.jsonl"
    calls = [("get_order", {"id": "W1"}), ("get_order", {"id": "W2"}), ("greeting", {"name": "Ann"})]
    lines = [json.dumps({"tool": tool, "arguments": arguments}) for tool, arguments in calls]
    script.write_text("\n".join(lines), encoding="utf-8")
    draft = await draft_server("shop", "mcp:shop", shop(), read_script(script))
    assert draft.world["tools"]["get_order"]["description"] == "Show an order."
    assert "unused: the script does not call it" in draft.notes
    folder = tmp_path / "envs" / "shop"
    await write_draft(draft, folder)
    pack = load_pack(EnvironmentSpec(pack="shop"), [folder.parent])
    assert (await certified(pack)).holds
    recorded = read_traces(folder / RECORDED)
    assert [each.tool for trace in recorded for each in trace.calls] == ["get_order", "get_order", "greeting"]
    assert (await survey(pack, recorded)).clean


def test_a_script_may_be_traces(tmp_path: Path) -> None:
    script = tmp_path / "traces.jsonl"
    asked = {"id": "c", "function": {"name": "get_order", "arguments": '{"id": "W1"}'}}
    messages = [{"role": "assistant", "tool_calls": [asked]}, {"role": "tool", "tool_call_id": "c", "content": "{}"}]
    script.write_text(json.dumps({"messages": messages}), encoding="utf-8")
    assert read_script(script) == [[("get_order", {"id": "W1"})]]


@pytest.mark.parametrize("text", ["", "   ", '"unclosed'])
def test_a_server_is_a_command_or_a_url(text: str) -> None:
    with pytest.raises(ConfigError, match="write mcp:COMMAND or mcp:URL"):
        server_of(text)
    assert server_of("http://localhost:1/mcp") == "http://localhost:1/mcp"


async def test_a_server_that_does_not_start_is_told_in_one_line() -> None:
    with pytest.raises(ConfigError, match="mcp:nothing"):
        await draft_server("shop", "mcp:nothing", server_of("/nothing/that/exists"), [])
