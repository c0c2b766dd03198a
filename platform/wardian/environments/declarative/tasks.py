"""What a `world.yaml` says of its tasks."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from wardian.base.frozen import Frozen, JsonObject, JsonValue
from wardian.environments.brief import Brief
from wardian.environments.declarative.checks import CheckSpec
from wardian.environments.life.event import Event
from wardian.environments.life.fault import Fault
from wardian.specs.names import Identifier

__all__ = ["CallSpec", "StepSpec", "TaskSpec"]


class CallSpec(Frozen):
    """A tool call of a reference solution."""

    model_config = ConfigDict(serialize_by_alias=True)

    call: str
    arguments: JsonObject = Field({}, alias="with")


class StepSpec(Frozen):
    """One message of a reference solution: a text (`say`), a call (`call`, `with`), or several at once (`calls`)."""

    model_config = ConfigDict(serialize_by_alias=True)

    say: str | None = None
    call: str | None = None
    arguments: JsonObject = Field({}, alias="with")
    calls: tuple[CallSpec, ...] = ()

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum((self.say is not None, self.call is not None, bool(self.calls))) != 1:
            raise ValueError("a step is one of say, call or calls")
        if self.arguments and self.call is None:
            raise ValueError("'with' belongs to a call")
        return self

    @property
    def all_calls(self) -> tuple[CallSpec, ...]:
        """The calls of this message."""
        if self.call is None:
            return self.calls
        return (CallSpec.model_validate({"call": self.call, "with": self.arguments}),)


class TaskSpec(Frozen):
    """Tasks that are alike. Every text may hold placeholders for the values of one pass through the loops.

    Args:
        loops: `for`, by name: a list, or a SELECT over the world as it is in the beginning. The first is the outermost;
            one may use the values of those before it.
        id: of one task; by default the name of the template and a number.
        personas: how the users talk, in turn.
        user: what they know and want.
        reference: the solution.
        checks: on top of those of the world.
        events: what happens by itself; placeholders may stand in `values` and in texts, and SQL names the values.
        faults: what goes wrong with calls.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    loops: dict[Identifier, str | tuple[JsonValue, ...]] = Field({}, alias="for")
    id: str = ""
    personas: Annotated[tuple[str, ...], Field(min_length=1)] = ("plain",)
    user: Brief
    reference: Annotated[tuple[StepSpec, ...], Field(min_length=1)]
    checks: tuple[CheckSpec, ...] = ()
    events: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = ()
