"""A group of commands whose first argument may be a config: `wardian sweep CONFIG` is `wardian sweep start CONFIG`."""

from typing import Final

import typer
from typer.core import TyperGroup

__all__ = ["START", "StartUnlessSaid"]

START: Final = "start"


class StartUnlessSaid(TyperGroup):
    """What is no command of the group is what its command `start` is given."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # click's own type
        """Put `start` before anything else than a command."""
        known = {*self.commands, "--help"}
        return super().parse_args(ctx, args if not args or args[0] in known else [START, *args])
