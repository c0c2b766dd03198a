"""A whole `world.yaml`."""

from typing import Annotated

from pydantic import Field, NaiveDatetime, NonNegativeFloat

from wardian.base.frozen import Frozen
from wardian.environments.declarative.checks import CheckSpec, StateReachedSpec
from wardian.environments.declarative.tables import TableSpec
from wardian.environments.declarative.tasks import TaskSpec
from wardian.environments.declarative.tools import ToolSpec
from wardian.environments.persona import Persona
from wardian.environments.services.spec import ServiceSpec
from wardian.specs.names import Identifier

__all__ = ["WorldSpec"]


class WorldSpec(Frozen):
    """A pack without Python.

    Args:
        now: what the virtual clock shows at the beginning.
        policy: what the agent is told to begin with; "file:PATH" is a file beside this one.
        tables: by name.
        tools: by name.
        service: how the tools are reached, when it is not directly.
        checks: of all tasks.
        ignore: "table" or "table.column": what is nobody's business.
        personas: manners of users, beside those that come with Wardian.
        waits: whether the agent has the tool `wait`.
        call_min: virtual minutes that a call takes.
        turn_min: virtual minutes that a text to the user and their answer take.
        tasks: by the name of their template.
    """

    now: NaiveDatetime
    policy: str = ""
    tables: Annotated[dict[Identifier, TableSpec], Field(min_length=1)]
    tools: Annotated[dict[Identifier, ToolSpec], Field(min_length=1)]
    service: ServiceSpec | None = None
    checks: tuple[CheckSpec, ...] = (StateReachedSpec(kind="state"),)
    ignore: tuple[str, ...] = ()
    personas: tuple[Persona, ...] = ()
    waits: bool = False
    call_min: NonNegativeFloat = 0.0
    turn_min: NonNegativeFloat = 0.0
    tasks: Annotated[dict[Identifier, TaskSpec], Field(min_length=1)]
