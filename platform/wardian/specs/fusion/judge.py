"""Who judges the answers of a panel, and how."""

from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from wardian.base.frozen import Frozen

__all__ = ["JudgeSpec"]


class JudgeSpec(Frozen):
    """A model that compares answers; in a config its name alone will do."""

    model: str
    """A name out of `models`, or `fusion/NAME`."""
    rubric: str = ""
    """What makes an answer good, in plain words."""
    reference: str = ""
    """Material that answers are held against."""
    orders: Literal[1, 2] = 2
    """In how many orders the candidates are shown, at the same time: two expose a judge who prefers places."""
    anonymize: bool = True
    """Candidates have letters instead of names, and do not say who they are."""
    kinship: Literal["warn", "forbid", "allow"] = "warn"
    """What to do about a judge that sits on the panel or comes from a member's vendor."""
    max_candidate_tokens: PositiveInt = 4000
    """Longer candidates are cut to this in the middle, all alike, and marked."""
    repair: Annotated[int, Field(ge=0, le=2)] = 1
    """How often a verdict that cannot be read is asked for again."""
    timeout_s: PositiveFloat | None = None
    """Seconds for one verdict."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    """How it draws its verdict."""
    max_tokens: PositiveInt | None = None
    """Of its answer; by default as many as the agent's."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return {"model": value} if isinstance(value, str) else value
