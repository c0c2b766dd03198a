"""A group of commands whose first argument may be a config: `wardian sweep CONFIG` is `wardian sweep start CONFIG`."""

from typing import Any, Final

import typer
from typer.core import TyperGroup

__all__ = ["START", "Resolved", "StartUnlessSaid"]

START: Final = "start"
Resolved = tuple[str | None, Any, list[str]]
"""A command's name, the command, and the words that are left for it."""


class StartUnlessSaid(TyperGroup):
    """What is no command of the group is what its command `start` is given."""

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Resolved:  # type: ignore[override]  # click's own type
        """Put `start` before anything else than a command."""
        return super().resolve_command(ctx, args if args[0] in self.commands else [START, *args])
