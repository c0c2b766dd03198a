"""Fields that only one side has: what changed its name, what is gone, what is new."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from wardian.base.frozen import Frozen
from wardian.base.messages import ToolSchema
from wardian.fidelity.difference import fields
from wardian.fidelity.replay import Replayed

__all__ = ["Drift", "drift_of"]

INDEX: Final = re.compile(r"\[\d+\]")
ENOUGH: Final = 0.5
"""How alike two names must be when their values do not say that they are one field."""


class Drift(Frozen):
    """How the fields of one tool differ, results and arguments alike.

    Args:
        only_traced: fields of results that the pack does not know, such as `orders[].total`.
        only_ours: fields of results that production does not know.
        renamed: from the trace's name to ours, where values or names say that it is one field.
        arguments_only_traced: arguments that production gives and the pack's tool does not take.
        arguments_only_ours: arguments that the pack demands and production never gives.
    """

    only_traced: tuple[str, ...] = ()
    only_ours: tuple[str, ...] = ()
    renamed: dict[str, str] = {}
    arguments_only_traced: tuple[str, ...] = ()
    arguments_only_ours: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is any."""
        return self != Drift()


def drift_of(calls: Sequence[Replayed], schema: ToolSchema | None) -> Drift:
    """The drift of one tool, from the calls to it that both sides answered."""
    answered = [call for call in calls if call.known and call.classes == ("", "")]
    only_traced, only_ours = _lacking(answered, "ours"), _lacking(answered, "traced")
    renamed = dict(_renamed(only_traced, only_ours))
    surplus, lacking = _arguments(calls, schema)
    return Drift(
        only_traced=tuple(path for path in only_traced if path not in renamed),
        only_ours=tuple(path for path in only_ours if path not in renamed.values()),
        renamed=renamed,
        arguments_only_traced=surplus,
        arguments_only_ours=lacking,
    )


def _lacking(calls: Sequence[Replayed], side: str) -> dict[str, list[Any]]:
    """Fields that `side` never has, where the other one has them, with their values; `[]` stands for any element."""
    there = {path for call in calls for path, _ in fields(getattr(call, side))}
    kind, other = ("only_traced", "traced") if side == "ours" else ("only_ours", "ours")
    found: dict[str, list[Any]] = {}
    for each in (each for call in calls for each in call.differences if each.kind == kind):
        path = INDEX.sub("[]", each.path)
        if path not in there:
            found.setdefault(path, []).append(getattr(each, other))
    return found


def _renamed(only_traced: dict[str, list[Any]], only_ours: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Each missing field with the one that took its place: below the same parent, best with the same values."""
    free = dict(only_ours)
    for path, values in only_traced.items():
        parent, _, name = path.rpartition(".")
        ranked = [
            (other == values, SequenceMatcher(None, name, place.rpartition(".")[2]).ratio(), place)
            for place, other in free.items()
            if place.rpartition(".")[0] == parent
        ]
        if ranked:
            same, alike, best = max(ranked)
            if same or alike >= ENOUGH:
                del free[best]
                yield path, best


def _arguments(calls: Sequence[Replayed], schema: ToolSchema | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Arguments that only the trace has, and those that only we demand."""
    given = [arguments for call in calls if (arguments := call.call.given) is not None]
    if schema is None or not given:
        return (), ()
    properties: Any = schema.parameters.get("properties") or {}
    required: Any = schema.parameters.get("required") or []
    names = {name for arguments in given for name in arguments}
    return tuple(sorted(names - set(properties))), tuple(sorted(set(required) - names))
