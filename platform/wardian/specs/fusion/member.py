"""Who sits on a panel."""

from typing import Annotated, Any

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from wardian.base.frozen import Frozen

__all__ = ["MemberSpec"]


class MemberSpec(Frozen):
    """One model of a panel; in a config its name alone will do."""

    model: str
    """A name out of `models`, or `fusion/NAME`."""
    weight: PositiveFloat = 1.0
    """What its voice counts in a vote."""
    samples: Annotated[int, Field(ge=1, le=32)] = 1
    """How often it is asked: more than once is self-fusion."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    """Instead of the request's."""
    max_tokens: PositiveInt | None = None
    """Instead of the request's."""
    timeout_s: PositiveFloat | None = None
    """Seconds for its answer; by default `collect.member_timeout_s`."""
    required: bool = False
    """Without its answer the fusion is degraded, whatever the quorum says."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return {"model": value} if isinstance(value, str) else value
