"""An address book as an agent meets it."""

import pytest
from support.desk_world import desk, error, result


def test_search_wants_all_words() -> None:
    book = desk()
    assert [entry["contact_id"] for entry in result(book, "search_contacts", query="ABEL ann")] == ["C1"]
    assert len(result(book, "search_contacts")) == 2
    assert result(book, "search_contacts", query="ann brand") == []
    assert result(book, "search_contacts", query="Bo")[0]["zone"] == "UTC-05:00"
    result(book, "add_contact", name="Ayşe Öztürk", email="ayse@home.example")
    assert [entry["name"] for entry in result(book, "search_contacts", query="Öztürk ayşe")] == ["Ayşe Öztürk"]


def test_somebody_new_gets_an_entry_once() -> None:
    book = desk()
    added = result(book, "add_contact", name="Cy Costa", email="Cy@Home.example", phone="+49 (30) 1-2")
    assert added == {"contact_id": "N1", "name": "Cy Costa", "email": "cy@home.example", "phone": "+493012"}
    assert error(book, "add_contact", name="Cy", email="cy@home.example") == "conflict"
    assert error(book, "add_contact", name=" ", email="dee@home.example") == "invalid_arguments"
    assert error(book, "add_contact", name="Dee", email="dee") == "invalid_arguments"


def test_no_two_entries_have_one_name_ever() -> None:
    book = desk()
    for name in ("cy", "dee"):
        result(book, "add_contact", name=name, email=f"{name}@home.example")
    result(book, "delete_contact", contact_id="N1")
    assert result(book, "add_contact", name="Eve", email="eve@home.example")["contact_id"] == "N3"


@pytest.mark.parametrize(
    ("field", "value", "stands"),
    [
        ("phone", "+1 212 555", "+1212555"),
        ("email", "Bo@New.example", "bo@new.example"),
        ("bank_account", " DE2 ", "DE2"),
        ("company", "Away", "Away"),
    ],
)
def test_one_field_changes(field: str, value: str, stands: str) -> None:
    book = desk()
    assert result(book, "update_contact", contact_id="C2", field=field, value=value)[field] == stands
    assert [change.column for change in book.state.diff()] == [field]


def test_not_every_change_is_one() -> None:
    book = desk()
    assert error(book, "update_contact", contact_id="C9", field="phone", value="1") == "not_found"
    assert error(book, "update_contact", contact_id="C2", field="id", value="C1") == "invalid_arguments"
    assert error(book, "update_contact", contact_id="C2", field="email", value="ann@home.example") == "conflict"


def test_who_is_deleted_is_gone() -> None:
    book = desk()
    result(book, "delete_contact", contact_id="C2")
    assert error(book, "delete_contact", contact_id="C2") == "not_found"
    assert [change.kind for change in book.state.diff()] == ["delete"]
