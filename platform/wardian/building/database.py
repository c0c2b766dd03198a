"""A pack out of tables: a SQLite file, an SQL dump, CSV files."""

from collections.abc import Sequence
from typing import Any, Final

from wardian.base.errors import ConfigError
from wardian.building.draft import Draft, opening_time, table_documents
from wardian.building.drafting import draft_table
from wardian.building.modelling import modelled
from wardian.building.raw import RawTable

__all__ = ["CHECKS", "POLICY", "draft_database"]

POLICY: Final = """You work with the records of {title}.
Look things up before you answer; do not guess.
Before you add, change or delete anything, say exactly what you are about to do and ask for a yes.
Do what was asked for, and nothing else.
"""
CHECKS: Final[list[dict[str, Any]]] = [{"kind": "state"}, {"kind": "confirmed_writes"}]


def draft_database(name: str, source: str, tables: Sequence[RawTable]) -> Draft:
    """A pack with these tables, tools for each of them, and draft tasks.

    Raises:
        ConfigError: when there is nothing in the tables that a task could be about.
    """
    models = modelled(tables)
    tools: dict[str, Any] = {}
    tasks: dict[str, Any] = {}
    for table in models:
        own_tools, own_tasks = draft_table(models, table, list(tools))
        tools |= own_tools
        tasks |= own_tasks
    if not tasks:
        raise ConfigError(f"{source}: no table has rows that a task could be about")
    world = {
        "now": opening_time(models),
        "policy": "file:policy.md",
        "tables": table_documents(models),
        "tools": tools,
        "checks": CHECKS,
        "tasks": tasks,
    }
    return Draft(
        name=name,
        description=f"Records of {source}, with tools to read and change them.",
        world=world,
        tables=models,
        files={"policy.md": POLICY.format(title=name)},
    )
