"""A group of commands whose first argument may be a config: `wardian sweep CONFIG` is `wardian sweep start CONFIG`."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperGroup

from wardian.base.errors import ConfigError
from wardian.specs.names import nearest

__all__ = ["START", "Resolved", "StartUnlessSaid"]

START: Final = "start"
Resolved = tuple[str | None, Any, list[str]]
"""A command's name, the command, and the words that are left for it."""


class StartUnlessSaid(TyperGroup):
    """What is no command of the group is what its command `start` is given."""

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Resolved:  # type: ignore[override]  # click's own type
        """Put `start` before anything else than a command.

        Raises:
            ConfigError: for what is neither a command nor a file, and looks like a command.
        """
        first = args[0]
        if first not in self.commands and get_close_matches(first, self.commands) and not Path(first).exists():
            raise ConfigError(f"{ctx.command_path} {first}: no command and no file; {nearest(first, self.commands)}")
        return super().resolve_command(ctx, args if args[0] in self.commands else [START, *args])
