"""Copies of values."""

from wardian.base.messages import Message, Request


def test_a_changed_copy_keeps_nothing_that_was_worked_out_before() -> None:
    message = Message(role="assistant", content="old")
    assert b"old" in message.wire
    assert b"new" in message.model_copy(update={"content": "new"}).wire


def test_a_changed_request_has_another_digest() -> None:
    request = Request(model="a", messages=())
    assert request.digest != request.model_copy(update={"model": "b"}).digest


def test_a_copy_without_changes_is_equal() -> None:
    message = Message(role="user", content="x")
    assert message.wire == message.model_copy().wire
    assert message == message.model_copy()
