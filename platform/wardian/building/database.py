"""A pack out of tables: a SQLite file, an SQL dump, CSV files."""

from collections.abc import Sequence
from typing import Any, Final

from wardian.base.errors import ConfigError
from wardian.building.draft import POLICY, Draft, world_of
from wardian.building.drafting import draft_table
from wardian.building.modelling import modelled
from wardian.building.raw import RawTable

__all__ = ["RULES", "draft_database"]

RULES: Final = """You work with the records of {title}.
Look things up before you answer; do not guess.
Before you add, change or delete anything, say exactly what you are about to do and ask for a yes.
Do what was asked for, and nothing else.
"""


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
    return Draft(
        name=name,
        description=f"Records of {source}, with tools to read and change them.",
        world=world_of(models, tools, tasks),
        tables=models,
        files={POLICY: RULES.format(title=name)},
    )
