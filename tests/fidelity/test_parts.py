"""The parts of a comparison: differences and ids."""

from typing import Any

from wardian.environments.change import Change
from wardian.fidelity.difference import differences
from wardian.fidelity.identities import Identities


def test_differences_are_named_by_their_place() -> None:
    traced = {"a": [{"x": 1, "y": None}, {"x": 2}], "b": "s", "c": 1}
    ours = {"a": [{"x": 1.5, "y": 4}], "b": 3, "d": 1}
    found = [(each.path, each.kind) for each in differences(traced, ours)]
    assert found == [
        ("a[0].x", "value"),
        ("a[0].y", "value"),
        ("a", "length"),
        ("b", "type"),
        ("c", "only_traced"),
        ("d", "only_ours"),
    ]


def made(**row: Any) -> tuple[Change, ...]:
    return (Change(table="bookings", key=str(row["id"]), column="*", kind="insert", after=row),)


def test_ids_that_both_sides_made_are_one() -> None:
    ids = Identities()
    ids.learn({"booking": {"id": "bk_9f3", "room": "R1"}}, {"booking": {"id": "B7", "room": "R1"}}, made(id="B7"))
    assert ids.translate({"path": "/bookings/bk_9f3/notes", "ids": ["bk_9f3", "bk_9f34"]}) == {
        "path": "/bookings/B7/notes",
        "ids": ["B7", "bk_9f34"],
    }


def test_numbers_are_ids_where_their_names_say_so() -> None:
    ids = Identities()
    ids.learn({"order_id": 90, "n": 3}, {"order_id": 7, "n": 4}, made(id=7, n=4))
    assert ids.translate({"order_ids": [90, 3], "quantity": 90, "n": 3}) == {
        "order_ids": [7, 3],
        "quantity": 90,
        "n": 3,
    }


def test_what_was_only_looked_up_or_is_no_id_must_be_equal() -> None:
    ids = Identities()
    ids.learn({"id": "A1"}, {"id": "A2"}, ())
    ids.learn(
        {"name": "Ann", "at": "2026-01-02"},
        {"name": "Bob", "at": "2026-01-03"},
        made(id="B", name="Bob", at="2026-01-03"),
    )
    assert ids.translate({"id": "A1", "name": "Ann", "at": "2026-01-02"}) == {
        "id": "A1",
        "name": "Ann",
        "at": "2026-01-02",
    }
