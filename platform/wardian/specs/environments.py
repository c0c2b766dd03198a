"""Which environments a job plays, at which difficulty."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, field_validator

from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.specs.names import Label

__all__ = ["EnvironmentSpec", "FaultKind", "KnobValue", "StressSpec", "UserSpec"]

KnobValue = bool | int | float | str


class UserSpec(Frozen):
    """A model that finds the words for the simulated user; what they know, want and decide stays the pack's."""

    model: str
    """A name out of `models`, or `fusion/NAME`."""
    manner: str = ""
    """What kind of person it is, in a few words: `a pensioner who writes in long, polite sentences`."""
    sampling: Sampling = Sampling()
    tries: PositiveInt = 2
    """How often it is asked for words that keep what is meant, before the user says it plainly."""


FaultKind = Literal[
    "timeout",
    "applied_timeout",
    "rate_limited",
    "server_error",
    "permission",
    "malformed",
    "truncated",
    "removed_field",
    "corrupt_field",
    "latency",
    "stale",
]
"""`timeout` and `applied_timeout` look the same to the agent; in the second one the call has done its work.

`malformed` is JSON that ends in the middle, `truncated` a list that lacks its end; `stale` is the answer as it was when
the episode began.
"""


class StressSpec(Frozen):
    """What makes any environment harder, whatever its pack."""

    hide: Literal["nothing", "names", "descriptions", "both"] = "nothing"
    """What of the tools says nothing any more; their arguments keep their names."""
    padding_words: NonNegativeInt = 0
    """So many words about other things are added to the policy."""
    fault_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The probability with which each call goes wrong, in one of the ways below."""
    faults: Annotated[tuple[FaultKind, ...], Field(min_length=1)] = ("timeout", "server_error", "rate_limited")
    """How calls go wrong: see [faults](../concepts/environments.md); `stale` and `latency` need the pack's help."""

    @field_validator("faults")
    @classmethod
    def _from_outside(cls, faults: tuple[FaultKind, ...]) -> tuple[FaultKind, ...]:
        for kind in ("stale", "latency"):
            if kind in faults:
                raise ValueError(f"'{kind}' cannot be made from outside; a pack's scenario can have it")
        return faults

    @property
    def hides_names(self) -> bool:
        """Whether tools have other names."""
        return self.hide in ("names", "both")

    @property
    def hides_descriptions(self) -> bool:
        """Whether tools are not described."""
        return self.hide in ("descriptions", "both")


class EnvironmentSpec(Frozen):
    """One environment pack with its knobs, and the tasks to play."""

    pack: str
    """A folder below `envs/`, or a bundled pack such as `retail`."""
    name: Label | None = None
    """The name in results, when one pack is played with several knobs; by default the pack's."""
    tasks: PositiveInt | Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)] = "all"
    """All tasks, the first n, or a list of task ids."""
    knobs: dict[str, KnobValue] = {}
    """Difficulty, by the pack's own names (its README lists them)."""

    stress: StressSpec | None = None
    """What makes it harder from outside: nameless tools, a padded policy, calls that go wrong."""
    user: UserSpec | None = None
    """A model that speaks for the user. Then runs are not exactly repeatable, and say so."""
    uncertified: Literal["refuse", "play"] = "refuse"
    """What becomes of tasks of which nobody knows whether they measure something; `wardian envs check` finds out."""

    @property
    def label(self) -> str:
        """The name under which results appear."""
        return self.name or self.pack
