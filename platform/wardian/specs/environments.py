"""Which environments a job plays, at which difficulty."""

from typing import Literal

from pydantic import PositiveInt

from wardian.base.frozen import Frozen
from wardian.specs.names import Label

__all__ = ["EnvironmentSpec", "KnobValue"]

KnobValue = bool | int | float | str


class EnvironmentSpec(Frozen):
    """One environment pack with its knobs, and the tasks to play."""

    pack: str
    name: Label | None = None
    """The name in results, when one pack is played with several knobs; by default the pack's."""
    tasks: PositiveInt | Literal["all"] | tuple[str, ...] = "all"
    """All tasks, the first n, or a list of task ids."""
    knobs: dict[str, KnobValue] = {}

    @property
    def label(self) -> str:
        """The name under which results appear."""
        return self.name or self.pack
