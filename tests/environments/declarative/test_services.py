"""`service` in a `world.yaml`: what callers must bring, and what the author does not have to write."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.certified import certified

from wardian.base.errors import ConfigError
from wardian.base.messages import ToolCall
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.services.ledger import LEDGER_TABLES
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import EnvironmentSpec, KnobValue

MANIFEST = """
name: kiosk
version: "1"
world: world.yaml
knobs:
  interface: {default: operations, choices: [operations, http], description: How it is reached.}
"""
WORLD = r"""
now: 2026-03-02T09:00:00
tables:
  papers:
    columns:
      paper_id: {type: text, key: true, generated: "N{n}"}
      title: text
      copies: {type: integer, default: 5}
    rows:
      - {paper_id: N1, title: Morning, copies: 12}
      - {paper_id: N2, title: Evening, copies: 34}
tools:
  get_paper: {kind: get, table: papers}
  add_paper: {kind: create, table: papers}
  sell: {kind: update, table: papers, columns: [copies]}
service:
  interface: "{knobs.interface}"
  authorization: Bearer sesame
  rate: {calls: 1, per_s: 30}
  fields: {paper_id: paperId}
  operations:
    get_paper: {method: GET, path: "/papers/{paperId}"}
    add_paper: {method: POST, path: /papers, idempotency: key, status: 201}
    sell: {method: PATCH, path: "/papers/{paperId}"}
checks:
  - {kind: state}
  - {kind: confirmed_writes}
tasks:
  sell:
    for: {paper: SELECT * FROM papers ORDER BY paper_id}
    user:
      requests:
        - opening: "One copy of {paper.paper_id}, please."
          detail: "I want to buy one copy of {paper.paper_id}."
          terms: "{paper.paper_id|re}"
    reference:
      - {call: get_paper, with: {paper_id: "{paper.paper_id}"}}
      - {say: "Shall I sell one copy of {paper.paper_id}?"}
      - {call: wait, with: {seconds: 30}}
      - {call: sell, with: {paper_id: "{paper.paper_id}", copies: 7}}
      - {say: "Done, it has been changed. Is there anything else?"}
  add:
    for: {title: [Weekly, Monthly]}
    user:
      requests:
        - {opening: "Add a paper called {title}.", detail: "A new paper, {title}.", terms: "{title|re}"}
    reference:
      - {say: "Shall I add {title}?"}
      - {call: add_paper, with: {title: "{title}", key: "k-{title}"}}
      - {say: "Done, it has been added. Is there anything else?"}
"""


def kiosk(root: Path, old: str = "", new: str = "", **knobs: KnobValue) -> Pack:
    folder = root / "kiosk"
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text(MANIFEST, encoding="utf-8")
    assert old in WORLD
    (folder / "world.yaml").write_text(WORLD.replace(old, new) if old else WORLD, encoding="utf-8")
    return load_pack(EnvironmentSpec(pack="kiosk", knobs=knobs), [root])


def http(operation: str, arguments: dict[str, Any]) -> ToolCall:
    method, path = {"sell": ("PATCH", "/papers/N1"), "add_paper": ("POST", "/papers")}[operation]
    body = {name: value for name, value in arguments.items() if name != "paperId"}
    request = {"method": method, "path": path, "headers": {"Authorization": "Bearer sesame"}, "body": body}
    return ToolCall(id="c", name="http_request", arguments=json.dumps(request))


def broken(findings: Findings) -> set[str]:
    return {check.name for check in findings.checks if not check.passed}


@pytest.mark.parametrize("interface", ["operations", "http"])
async def test_a_pack_behind_a_service_is_certified(tmp_path: Path, interface: str) -> None:
    certificate = await certified(kiosk(tmp_path, interface=interface))
    assert certificate.holds, [each.problems for each in certificate.tasks]


def test_references_are_put_into_the_words_of_the_service(tmp_path: Path) -> None:
    get, _, wait, sell, _ = kiosk(tmp_path).reference("sell_1")
    assert json.loads(get.tool_calls[0].arguments) == {"paperId": "N1", "authorization": "Bearer sesame"}
    assert json.loads(wait.tool_calls[0].arguments) == {"seconds": 30}
    get, _, wait, sell, _ = kiosk(tmp_path, interface="http").reference("sell_1")
    assert wait.tool_calls[0].name == "wait"
    assert json.loads(sell.tool_calls[0].arguments) == {
        "method": "PATCH",
        "path": "/papers/N1",
        "headers": {"Authorization": "Bearer sesame"},
        "body": {"copies": 7},
    }


@pytest.mark.parametrize("interface", ["operations", "http"])
async def test_faults_and_rules_are_about_operations_however_they_are_asked_for(tmp_path: Path, interface: str) -> None:
    strict = """\
  sell:
    checks: [{kind: never, name: no_new_papers, tools: [add_paper]}]
    faults: [{kind: timeout, tools: [sell], nth: [1]}]
    for:"""
    world = kiosk(tmp_path, "  sell:\n    for:", strict, interface=interface).environment("sell_1")
    sell, add = (
        ToolCall(id="c", name=name, arguments=json.dumps({**arguments, "authorization": "Bearer sesame"}))
        if interface == "operations"
        else http(name, arguments)
        for name, arguments in (("sell", {"paperId": "N1", "copies": 7}), ("add_paper", {"title": "Weekly"}))
    )
    await world.open(1)
    assert (await world.call(sell)).fault == "timeout"
    await world.call(ToolCall(id="c", name="wait", arguments='{"seconds": 30}'))
    assert "no_new_papers" not in broken(await world.examine())
    assert (await world.call(add)).error is None
    assert "no_new_papers" in broken(await world.examine())


async def test_what_the_service_remembers_is_in_the_snapshot_and_nobody_s_business(tmp_path: Path) -> None:
    world = kiosk(tmp_path).environment("add_1")
    assert isinstance(world, SimulatedWorld)
    arguments = {"title": "Weekly", "key": "k", "authorization": "Bearer sesame"}
    add = ToolCall(id="c", name="add_paper", arguments=json.dumps(arguments))
    first = await world.call(add)
    assert json.loads(first.text) == {"paperId": "N3", "title": "Weekly", "copies": 5}
    fork = world.fork()
    assert (await fork.call(add)).error == "rate_limited"
    await fork.call(ToolCall(id="c", name="wait", arguments='{"seconds": 30}'))
    assert (await fork.call(add)).text == first.text
    assert {change.table for change in fork.state.diff()} == {"papers", "clock", *LEDGER_TABLES}
    assert {change.table for change in (await fork.examine()).actual} == {"papers"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    sell: {method",
            "    sel: {method",
            "service.operations.sel: there is no tool 'sel'; did you mean 'sell'?",
        ),
        ("path: /papers,", "path: papers,", "service.operations.add_paper.path"),
        ("method: PATCH", "method: FETCH", "service.operations.sell.method"),
        ("calls: 1,", "calls: 0,", "service.rate.calls"),
        ("rate: {calls: 1, per_s: 30}", "latency_s: 0", "there is no tool 'wait'"),
        ("fields: {paper_id", "fields: {paper id", "service.fields"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        kiosk(tmp_path, old, new)
    assert said in str(caught.value)


async def test_an_operation_may_answer_with_one_field_alone(tmp_path: Path) -> None:
    only = kiosk(
        tmp_path,
        'get_paper: {method: GET, path: "/papers/{paperId}"}',
        'get_paper: {method: GET, path: "/papers/{paperId}", only: title}',
    )
    given: dict[str, Any] = {"paperId": "N2", "authorization": "Bearer sesame"}
    said = await only.environment("add_1").call(ToolCall(id="c", name="get_paper", arguments=json.dumps(given)))
    assert said.text == "Evening"
