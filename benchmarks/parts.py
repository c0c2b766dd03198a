"""A benchmark in parts, each in a file of its own that is loaded only when it is wanted: some of them need an extra."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import cast

from goals import Goal, report


def measure_parts(doc: str, parts: Mapping[str, str]) -> None:
    """Measure what the command line wants, and report it.

    Args:
        doc: what `--help` says.
        parts: by the name of the part the file that has a function of that name: given whether it shall be quick, it
            says what it measured.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(parts))
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := [name for name in wanted if name not in parts]:
        parser.error(f"there is no part {unknown[0]!r}; valid: {', '.join(parts)}")
    goals = [goal for name in wanted for goal in _measure(parts[name], name)(options.quick)]
    report(goals, as_json=options.json)


def _measure(file: str, name: str) -> Callable[[bool], Iterable[Goal]]:
    return cast("Callable[[bool], Iterable[Goal]]", getattr(import_module(file), name))
