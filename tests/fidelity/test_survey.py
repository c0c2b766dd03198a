"""The report says how close a pack is to what was recorded, and names what differs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.fidelity.report import FidelityReport
from wardian.fidelity.survey import survey
from wardian.specs.environments import EnvironmentSpec
from wardian.traces.trace import Trace, TracedCall

ENVS = Path(__file__).resolve().parents[2] / "envs"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(EnvironmentSpec(pack="library", knobs={"loans": 2}), [ENVS])


def call(tool: str, arguments: Mapping[str, Any], result: Any, error: str | None = None) -> TracedCall:
    text = result if isinstance(result, str) else orjson.dumps(result).decode()
    return TracedCall(id="", tool=tool, arguments=orjson.dumps(dict(arguments)).decode(), result=text, error=error)


async def report_on(pack: Pack, *calls: TracedCall, ignore: frozenset[str] = frozenset()) -> FidelityReport:
    return await survey(pack, [Trace(id="k1", calls=calls)], ignore)


def loan(number: int, due: str = "2026-03-10", renewals: int = 0) -> dict[str, Any]:
    title = ("Middlemarch", "Dune")[number]
    return {"id": f"L7001{number}", "card": "7001", "title": title, "due": due, "renewals": renewals}


LISTED = call("list_loans", {"card": "7001"}, [loan(0), loan(1)])
RENEWED = call("renew_loan", {"loan_id": "L70010"}, {"due": "2026-03-24", "loan_id": "L70010"})
AFTER = call("list_loans", {"card": "7001"}, [loan(0, "2026-03-24", 1), loan(1)])


async def test_what_production_did_comes_out_the_same(pack: Pack) -> None:
    refused = call("renew_loan", {"loan_id": "L70010"}, "loan L70010 has been renewed already", "PermissionError")
    report = await report_on(pack, LISTED, RENEWED, AFTER)
    assert report.clean
    assert {(each.tool, each.calls, each.exact) for each in report.tools} == {
        ("list_loans", 2, 2),
        ("renew_loan", 1, 1),
    }
    report = await report_on(pack, RENEWED, refused)
    (tool,) = report.tools
    assert (tool.exact, tool.shape, tool.error_class) == (2, 2, 2), "the words differ, the failure is the same"
    assert report.untried == ("list_loans",)


async def test_a_value_that_differs_keeps_the_shape_and_is_found(pack: Pack) -> None:
    report = await report_on(pack, LISTED, call("list_loans", {"card": "7001"}, [loan(0), loan(1, due="2026-03-11")]))
    assert not report.clean
    (tool,) = report.tools
    assert (tool.calls, tool.exact, tool.shape, tool.error_class) == (2, 1, 2, 2)
    assert report.first is not None
    assert report.first.model_dump() == {
        "trace": "k1",
        "number": 2,
        "tool": "list_loans",
        "path": "[1].due",
        "traced": "2026-03-11",
        "ours": "2026-03-10",
    }
    again = await report_on(
        pack, call("list_loans", {"card": "7001"}, [loan(0), loan(1, "x")]), ignore=frozenset({"due"})
    )
    assert again.clean


async def test_a_renamed_field_is_named(pack: Pack) -> None:
    renamed = [{("due_date" if key == "due" else key): value for key, value in loan(n).items()} for n in range(2)]
    report = await report_on(pack, LISTED, call("list_loans", {"card": "7001"}, renamed))
    assert report.clean is False
    assert not report.tools[0].drift.renamed, "both names occur: ours is no stranger"
    report = await report_on(pack, call("list_loans", {"card": "7001"}, renamed))
    drift = report.tools[0].drift
    assert drift.renamed == {"[].due_date": "[].due"}
    assert (drift.only_traced, drift.only_ours) == ((), ())


async def test_fields_that_only_one_side_has_are_told_apart(pack: Pack) -> None:
    record: dict[str, Any] = {"branch": {"city": "Graz"}, **loan(0)}
    del record["renewals"]
    report = await report_on(pack, call("list_loans", {"card": "7001"}, [record, {**loan(1), "branch": None}]))
    drift = report.tools[0].drift
    assert drift.only_traced == ("[].branch",)
    assert drift.only_ours == ()
    report = await report_on(pack, call("list_loans", {"card": "7001"}, [record, record]))
    assert report.tools[0].drift.only_ours == ("[].renewals",)


async def test_tools_and_arguments_that_the_pack_lacks_are_named(pack: Pack) -> None:
    report = await report_on(
        pack, call("reserve", {"title": "Emma"}, "ok"), call("list_loans", {"card_number": "7001"}, [loan(0), loan(1)])
    )
    assert report.lacking == ("reserve",)
    assert not report.clean
    listed = next(each for each in report.tools if each.tool == "list_loans")
    assert listed.drift.arguments_only_traced == ("card_number",)
    assert listed.drift.arguments_only_ours == ("card",)
    assert listed.first is not None
    assert (listed.first.traced, listed.first.ours) == ("ok", "invalid_arguments")


async def test_the_world_of_a_conversation_is_its_own(pack: Pack) -> None:
    traces = [Trace(id=name, calls=(LISTED, RENEWED), task=task) for name, task in (("a", "renew_L70011"), ("b", None))]
    report = await survey(pack, traces)
    assert report.clean
    assert (report.traces, report.calls) == (2, 4)
