"""A task of Inspect AI with a tool, as a program: `inspect_addition.py MODEL FOLDER` leaves its log there."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.scorer import match
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import tool


def addition() -> Callable[[int, int], Awaitable[str]]:
    async def execute(x: int, y: int) -> str:
        """Add two numbers.

        Args:
            x: one.
            y: another.
        """
        return str(x + y)

    return execute


def main(model: str, folder: str) -> None:
    made: Any = tool(addition)
    sums = Task(
        dataset=[Sample(input="What is 40 + 2?", target="42")],
        solver=[use_tools(made()), generate()],
        scorer=match(),
    )
    (log,) = evaluate(sums, model=model, log_dir=folder, log_format="json", display="none")
    if log.status != "success":
        sys.exit(str(log.error))


if __name__ == "__main__":
    main(*sys.argv[1:])
