"""What diagnosis needs beside the records: references, tools, and worlds to try things in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from wardian.base.messages import Message, ToolSchema
from wardian.environments.environment import Environment
from wardian.episodes.record import Episode, EpisodeSpec

__all__ = ["World", "Worlds"]


@dataclass(frozen=True)
class World:
    """A task's world: `make` makes one with nothing around it, `reference` is the solution's messages."""

    make: Callable[[], Environment]
    reference: Sequence[Message]


class Worlds(Protocol):
    """The worlds of a job's episodes."""

    async def record(self, spec: EpisodeSpec) -> Episode | None:
        """The reference's record in the task of `spec`; None where there is none that succeeds."""
        ...

    def world(self, episode: Episode) -> World | str:
        """The world of `episode`, in which the same actions lead to the same; or why there is none."""
        ...

    async def tools(self, spec: EpisodeSpec) -> Sequence[ToolSchema]:
        """The tools of the task of `spec` in the pack's own words; none where nobody knows them."""
        ...
