"""What has become of the state so far, as the changes in a record tell it."""

from collections.abc import Iterable, Iterator

from wardian.base.frozen import JsonValue
from wardian.environments.change import Change

__all__ = ["Ledger", "Path"]

Path = tuple[str, str, str]
"""Table, key and column; "*" for a whole row that came or went."""

ROW = "*"


class Row:
    """One row since it was first touched: the touched columns (all of them, once it came or went) then and now."""

    __slots__ = ("after", "before", "born", "gone")

    def __init__(self) -> None:
        self.before: dict[str, JsonValue] = {}
        self.after: dict[str, JsonValue] = {}
        self.born = False
        self.gone = False

    def take(self, change: Change, *, first: bool) -> None:
        """Let `change` happen to it; `first`: nothing has before."""
        if change.kind == "insert":
            self.born, self.gone = first or self.born, False
            self.after = _columns(change.after)
        elif change.kind == "delete":
            self.before = _columns(change.before) | self.before
            self.after, self.gone = {}, True
        else:
            column = change.column
            if column not in self.before or change.before != self.after.get(column):
                self.before[column] = change.before  # others have moved it since: that is nobody's doing here
            self.after[column] = change.after

    def changed(self) -> Iterator[str]:
        """The columns that are not what they were; ROW when the row itself came or went."""
        if self.born or self.gone:
            if not (self.born and self.gone):
                yield ROW
            return
        for column, value in self.after.items():
            if self.before.get(column) != value:
                yield column


class Ledger:
    """Takes the changes of an episode in their order, and knows what they amount to."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        self._touched: dict[Path, None] = {}

    def take(self, changes: Iterable[Change]) -> None:
        """What one call, or one deed of the user, did."""
        for change in changes:
            place = change.table, change.key
            self._touched[*place, change.column] = None
            row = self._rows.get(place)
            first = row is None
            if row is None:
                row = self._rows[place] = Row()
            row.take(change, first=first)

    @property
    def passing(self) -> tuple[Path, ...]:
        """What was touched and is as it was in the beginning."""
        return tuple(path for path in self._touched if self._restored(path))

    def _restored(self, path: Path) -> bool:
        table, key, column = path
        changed = set(self._rows[table, key].changed())
        return not changed or not (column == ROW or changed & {column, ROW})

    def times(self, goal: Change) -> int:
        """How often `goal`, a net change from the opening on, has come about; new rows may be alike."""
        if goal.kind == "insert":
            return sum(row.born and not row.gone and _fits(goal.after, row.after) for row in self._rows_of(goal))
        row = self._rows.get((goal.table, goal.key))
        return int(row is not None and _holds(row, goal))

    def _rows_of(self, goal: Change) -> Iterator[Row]:
        """The rows that it may speak of: all of its table when their keys are made up."""
        if goal.key != ROW:
            row = self._rows.get((goal.table, goal.key))
            return iter(()) if row is None else iter((row,))
        return (row for (table, _), row in self._rows.items() if table == goal.table)


def _columns(row: JsonValue) -> dict[str, JsonValue]:
    return dict(row) if isinstance(row, dict) else {ROW: row}


def _holds(row: Row, goal: Change) -> bool:
    """Whether a row that was there is gone, or has the value that is asked for."""
    if goal.kind == "delete":
        return row.gone and not row.born
    changed = not row.born and goal.column in set(row.changed())
    return changed and row.after.get(goal.column) == goal.after


def _fits(wanted: JsonValue, columns: dict[str, JsonValue]) -> bool:
    """Whether a row has the columns that are asked for; those that are nobody's business are not."""
    return all(name in columns and columns[name] == value for name, value in _columns(wanted).items())
