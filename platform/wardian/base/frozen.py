"""The one base class of everything that is stored or sent."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

__all__ = ["Frozen", "JsonObject", "JsonValue", "first_problem"]

JsonObject = dict[str, JsonValue]


class Frozen(BaseModel):
    """An immutable value: unknown keys are errors, equality is by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed. What was worked out from the old ones (`cached_property`) stays behind."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            fields = type(self).model_fields
            for name in [name for name in copied.__dict__ if name not in fields]:
                del copied.__dict__[name]
        return copied


def first_problem(error: ValidationError, whole: str) -> str:
    """What is wrong first, in a line, without the value: it may be secret. `whole` names what was read."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or whole}: {first['msg']}"
