"""What happened to the state, row by row."""

from typing import Literal

from wardian.base.frozen import Frozen, JsonValue

__all__ = ["Change"]


class Change(Frozen):
    """One column of one row before and after; a whole row that came or went has `column` "*".

    `key` is the row's primary key as text, several columns joined by "|". For an inserted row `after`
    is an object of its columns and `before` is None; for a deleted row the other way round.
    """

    table: str
    key: str
    column: str
    kind: Literal["insert", "update", "delete"]
    before: JsonValue = None
    after: JsonValue = None
