"""The one base class of everything that is stored or sent."""

from pydantic import BaseModel, ConfigDict, JsonValue

__all__ = ["Frozen", "JsonObject", "JsonValue"]

JsonObject = dict[str, JsonValue]


class Frozen(BaseModel):
    """An immutable value: unknown keys are errors, equality is by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")
