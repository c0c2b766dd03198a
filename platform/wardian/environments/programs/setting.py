"""The world in which a pack's programs take place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wardian.environments.state import State
from wardian.environments.template import Template
from wardian.environments.toolbox import Toolbox

__all__ = ["Setting"]


@dataclass(frozen=True)
class Setting:
    """What all programs of a pack have in common.

    Args:
        folder: of the pack, where its programs stand.
        template: the world as it is in the beginning.
        toolbox: the agent's tools.
        policy: what the agent is told to begin with.
        ignore: "table" or "table.column": what findings do not speak of.
    """

    folder: Path
    template: Template
    toolbox: Callable[[State], Toolbox]
    policy: str = ""
    ignore: frozenset[str] = frozenset({"clock"})
