"""Which environments a job plays, at which difficulty."""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.specs.names import Label

__all__ = ["EnvironmentSpec", "KnobValue", "UserSpec"]

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

    user: UserSpec | None = None
    """A model that speaks for the user. Then runs are not exactly repeatable, and say so."""
    uncertified: Literal["refuse", "play"] = "refuse"
    """What becomes of tasks of which nobody knows whether they measure something; `wardian envs check` finds out."""

    @property
    def label(self) -> str:
        """The name under which results appear."""
        return self.name or self.pack
