"""BFCL's verdict on an episode: its checker runs the logged calls and its ground truth side by side."""

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import localcontext
from typing import Any

from wardian.base.frozen import Frozen

from .calls import Call
from .library import Library
from .scenario import Scenario
from .world import new_instances

__all__ = ["Log", "Verdict", "grade", "grade_restraint"]

Log = Sequence[Sequence[Call]]
"""The executed calls of each turn."""

_SERIAL = itertools.count()


class Verdict(Frozen):
    """`error` is BFCL's error type, `message` its explanation; both are empty when the answer is valid."""

    valid: bool
    error: str = ""
    message: str = ""


def grade(library: Library, scenario: Scenario, log: Log) -> Verdict:
    """Ask BFCL's `multi_turn_checker`: equal state after every turn, and all results of the ground truth seen."""
    if len(log) != len(scenario.solution):
        # BFCL's runner decides this before it asks the checker, which would fail on the missing turns.
        message = f"the episode ended in turn {len(log)} of {len(scenario.solution)}"
        return Verdict(valid=False, error="multi_turn:force_terminated", message=message)
    with _placed_instances(library, scenario) as name, localcontext():
        decoded = [[[call] for call in turn] for turn in _python(scenario, log)]
        answer = _python(scenario, scenario.solution)
        return _verdict(library.check(decoded, answer, scenario.entry, f"multi_turn_{scenario.category}", name))


def grade_restraint(library: Library, scenario: Scenario, log: Log) -> Verdict:
    """Ask BFCL's `multi_turn_irrelevance_checker`: no call in a turn that lacks a function or a parameter."""
    decoded = [[[call] for call in turn] for turn in _python(scenario, log)]
    return _verdict(library.check_irrelevance(decoded, _python(scenario, scenario.solution)))


def _python(scenario: Scenario, log: Log) -> list[list[str]]:
    """The calls as the checker evaluates them, the ground truth's spelled in the same way as the agent's.

    Defaults that Python shares between calls are spelled out, for the calls of one side would see those
    of the other in them.
    """
    return [[_spelled(scenario, call).python for call in turn] for turn in log]


def _spelled(scenario: Scenario, call: Call) -> Call:
    arguments = scenario.functions[call.name].own(call.arguments)
    return Call(name=call.name, arguments=arguments)


def _verdict(result: dict[str, Any]) -> Verdict:
    return Verdict(
        valid=result["valid"],
        error=result.get("error_type", ""),
        message=result.get("error_message", ""),
    )


@contextmanager
def _placed_instances(library: Library, scenario: Scenario) -> Iterator[str]:
    """Put fresh instances where BFCL's executor looks for them, for the time of one check.

    It keeps instances as globals of its module, named after model and task, for the life of the process,
    and those that it makes itself share data between tasks. Yields the model's name.
    """
    model = f"wardian_{next(_SERIAL)}"
    names: list[str] = []
    for side in (f"{model}_eval", f"{model}_ground_truth_eval"):
        for service, instance in new_instances(library, scenario).items():
            names.append(re.sub(r"[-./:]", "_", f"{side}_{scenario.id}_{service}_instance"))
            library.executor[names[-1]] = instance
    try:
        yield model
    finally:
        for name in names:
            del library.executor[name]
