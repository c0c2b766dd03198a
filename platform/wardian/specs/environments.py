"""Which environments a job plays, at which difficulty."""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from wardian.base.frozen import Frozen
from wardian.specs.names import Label

__all__ = ["EnvironmentSpec", "KnobValue"]

KnobValue = bool | int | float | str


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

    uncertified: Literal["refuse", "play"] = "refuse"
    """What becomes of tasks of which nobody knows whether they measure something; `wardian envs check` finds out."""

    @property
    def label(self) -> str:
        """The name under which results appear."""
        return self.name or self.pack
