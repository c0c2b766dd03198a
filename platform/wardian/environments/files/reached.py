"""Whether files became what they should: to the word, not to the blank line."""

from collections.abc import Iterable

from wardian.base.frozen import Frozen, JsonValue
from wardian.environments.change import Change
from wardian.environments.checks import Evidence, StateReached
from wardian.environments.files.text import lines_of
from wardian.environments.findings import CheckResult

__all__ = ["FilesReached"]


class FilesReached(Frozen):
    """`StateReached`, but blanks at the ends of lines and empty lines make no difference in texts of files."""

    name: str = "state"

    def examine(self, evidence: Evidence) -> CheckResult:
        """Compare the two diffs as sets."""
        plain = evidence._replace(expected=_plain(evidence.expected), actual=_plain(evidence.actual))
        return StateReached(name=self.name).examine(plain)


def _plain(changes: Iterable[Change]) -> tuple[Change, ...]:
    made = (_plain_change(change) if change.table == "files" else change for change in changes)
    return tuple(change for change in made if change.before != change.after and change.column != "bytes")


def _plain_change(change: Change) -> Change:
    return change.model_copy(update={"before": _plain_value(change.before), "after": _plain_value(change.after)})


def _plain_value(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {column: _plain_value(each) for column, each in value.items() if column != "bytes"}
    return _worded(value) if isinstance(value, str) else value


def _worded(text: str) -> str:
    return "\n".join(line for line in (line.rstrip() for line in lines_of(text)) if line)
