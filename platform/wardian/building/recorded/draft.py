"""From recorded calls to the draft of a pack."""

from collections.abc import Mapping, Sequence

from wardian.base.errors import ConfigError
from wardian.building.database import RULES
from wardian.building.draft import POLICY, Draft, world_of
from wardian.building.drafting import Document, Drafts
from wardian.building.identifiers import identifier, identifiers, sentence
from wardian.building.modelling import Modelled
from wardian.building.picks import Picks
from wardian.building.recorded.calls import RecordedTool, sorted_tools
from wardian.building.recorded.reached import reached
from wardian.building.recorded.seeds import seed_tables, shown_rows
from wardian.building.recorded.stubs import stub_of
from wardian.traces.trace import Trace

__all__ = ["draft_recorded"]


def draft_recorded(name: str, source: str, traces: Sequence[Trace], told: Mapping[str, str] | None = None) -> Draft:
    """A pack called `name` in which what was recorded happens again.

    Args:
        name: of the pack.
        source: for people.
        traces: what was recorded.
        told: descriptions of tools, where they are known.

    Raises:
        ConfigError: when no recorded call tells anything that a task could be about.
    """
    tools = sorted_tools(traces)
    names = identifiers([tool.name for tool in tools])
    models = seed_tables(tools)
    found: dict[str, Document] = {}
    tasks: dict[str, Document] = {}
    for table in list(models):
        own, drafts = _on_table(models, table, tools, names)
        found |= own
        tasks |= drafts
    stubs = [stub_of(names[tool.name], tool) for tool in tools if names[tool.name] not in found]
    for stub in stubs:
        found[stub.name] = stub.tool
        models[stub.table] = stub.rows
        tasks |= stub.tasks
    if not tasks:
        raise ConfigError(f"{source}: no recorded call tells anything that a task could be about")
    for tool in (tool for tool in tools if tool.name in (told or {})):
        found[names[tool.name]]["description"] = sentence((told or {})[tool.name])
    service = reached(tools, found, {stub.name for stub in stubs})
    notes = [f"{stub.name}: a stub that says again what was recorded" for stub in stubs]
    files = {POLICY: RULES.format(title=name)}
    world = world_of(models, found, tasks, service)
    return Draft(name, f"What was recorded in {source}.", world, models, files, notes=notes)


def _on_table(
    models: Mapping[str, Modelled], table: str, tools: Sequence[RecordedTool], names: Mapping[str, str]
) -> tuple[dict[str, Document], dict[str, Document]]:
    """The recorded tools that a table explains, with tasks; what no task can be about is there and not offered."""
    mine = {tool.kind: tool for tool in tools if tool.table == table and tool.kind and _explains(models[table], tool)}
    scope = {kind: _columns(models[table], tool) for kind, tool in mine.items()}
    picks = Picks(models, table, scope)
    found: dict[str, Document] = {}
    for kind, tool in mine.items():
        document: Document = {"kind": kind, "table": table}
        if kind == "find":
            document["by"] = [column for column in models[table].columns if column in scope[kind]]
        if kind in ("create", "update"):
            document["columns"] = [c for c in models[table].columns if c in scope[kind] - set(models[table].keys)]
        if kind in ("get", "find"):
            document["columns"] = _shown(models[table], tool)
        if kind not in picks.possible or not scope[kind]:
            document["offered"] = False
        found[names[tool.name]] = document
    offered = {document["kind"]: name for name, document in found.items() if document.get("offered", True)}
    return found, Drafts(picks, table, offered).all()


def _explains(table: Modelled, tool: RecordedTool) -> bool:
    """Whether a tool generated for the table takes what the recorded one takes, and shows what it shows."""
    names = {identifier(name) for call in tool.calls for name in call.arguments}
    keys = set(table.keys)
    shown = [row for call in tool.calls for row in shown_rows(call)]
    fields = {identifier(field) for row in shown for field in row}
    if not names <= set(table.columns) or not fields <= set(table.columns):
        return False
    single = all(isinstance(call.answer, dict) for call in tool.calls)
    match tool.kind:
        case "get":
            return single and names == keys
        case "find":
            return all(isinstance(call.answer, list) for call in tool.calls) and not names & keys
        case "create":
            generated = all(table.columns[key].generated for key in keys)
            return single and _whole(table, fields) and (not names & keys) == generated
        case "update":
            return single and _whole(table, fields) and keys < names
        case _:
            return single and _whole(table, fields) and names == keys


def _whole(table: Modelled, fields: set[str]) -> bool:
    """Whether answers show the whole row, as generated tools do."""
    return fields == set(table.columns)


def _columns(table: Modelled, tool: RecordedTool) -> set[str]:
    names = {identifier(name) for call in tool.calls for name in call.arguments}
    return set(table.columns) if tool.kind in ("get", "delete") else names & set(table.columns)


def _shown(table: Modelled, tool: RecordedTool) -> list[str]:
    fields = {identifier(field) for call in tool.calls for row in shown_rows(call) for field in row}
    return [column for column in table.columns if column in fields] or list(table.columns)
