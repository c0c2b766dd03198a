"""Ids that each side generates for itself: the trace's `bk_9f3` is our `B7`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from wardian.environments.change import Change

__all__ = ["Identities"]

NAMED: Final = re.compile(r"(?:^|_)(?:id|key|number|ref|reference|token|code)$|(?:Id|ID|Key|Number|Ref)$")
SHAPED: Final = re.compile(r"(?=.*\d)[A-Za-z0-9]+(?:[-_.#][A-Za-z0-9]+)*")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

Id = str | int


class Identities:
    """Which id of the trace is which of ours, within one conversation."""

    def __init__(self) -> None:
        self._ours: dict[Id, Id] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, traced: Any, ours: Any, changes: Sequence[Change]) -> None:
        """Match the ids in two results of one call.

        A pair counts when both stand in the same place and ours is in a row that the call inserted: what was only
        looked up must be equal.
        """
        made = {str(value) for change in changes if change.kind == "insert" for value in _values(change)}
        for name, theirs, mine in _pairs(traced, ours):
            if theirs != mine and str(mine) in made and _is_id(name, theirs) and _is_id(name, mine):
                self._ours.setdefault(theirs, mine)
                self._pattern = None

    def translate(self, value: Any, name: str = "") -> Any:
        """`value` (JSON) with our ids in place of the trace's; in texts (a path, a sentence) too."""
        if not self._ours:
            return value
        if isinstance(value, dict):
            return {key: self.translate(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.translate(inner, name) for inner in value]
        if isinstance(value, str):
            return self._in_text(value)
        if isinstance(value, int) and not isinstance(value, bool) and NAMED.search(name.removesuffix("s")):
            return self._ours.get(value, value)
        return value

    def _in_text(self, text: str) -> str:
        names = {known: mine for known, mine in self._ours.items() if isinstance(known, str)}
        if not names:
            return text
        if self._pattern is None:
            longest_first = sorted(names, key=len, reverse=True)
            self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
        return self._pattern.sub(lambda found: str(names[found[0]]), text)


def _is_id(name: str, value: Id) -> bool:
    if isinstance(value, int):
        return NAMED.search(name) is not None
    return bool(value) and (
        NAMED.search(name) is not None or (SHAPED.fullmatch(value) is not None and not DATE.match(value))
    )


def _values(change: Change) -> Iterator[Any]:
    yield change.key
    if isinstance(change.after, dict):
        yield from change.after.values()


def _pairs(traced: Any, ours: Any, name: str = "") -> Iterator[tuple[str, Id, Id]]:
    """Texts and whole numbers that stand in the same place, with the name of their field."""
    if isinstance(traced, dict) and isinstance(ours, dict):
        for key in traced:  # in an order of its own, which that of a set is not
            if key in ours:
                yield from _pairs(traced[key], ours[key], key)
    elif isinstance(traced, list) and isinstance(ours, list):
        for one, other in zip(traced, ours, strict=False):
            yield from _pairs(one, other, name)
    elif type(traced) is type(ours) and type(traced) in (str, int):
        yield name, traced, ours
