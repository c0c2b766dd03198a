"""Texts of files are compared to the word, and blank lines make no difference."""

from datetime import datetime

from wardian.environments.change import Change
from wardian.environments.checks import Evidence
from wardian.environments.files.reached import FilesReached
from wardian.environments.files.schema import SCHEMA
from wardian.environments.state import State
from wardian.environments.template import Template
from wardian.environments.transcript import Transcript

STATE = State(Template(SCHEMA, {}, datetime(2026, 3, 2)))


def saved(text: str, before: str = "old\n") -> tuple[Change, ...]:
    sizes = Change(table="files", key="a.md", column="bytes", kind="update", before=len(before), after=len(text))
    return (Change(table="files", key="a.md", column="text", kind="update", before=before, after=text), sizes)


def made(text: str, path: str = "a.md", table: str = "files") -> tuple[Change, ...]:
    row = {"path": path, "bytes": len(text), "text": text}
    return (Change(table=table, key=path, column="*", kind="insert", after=row),)


def passes(expected: tuple[Change, ...], actual: tuple[Change, ...]) -> bool:
    return FilesReached().examine(Evidence(expected, actual, Transcript(), STATE)).passed


def test_blank_lines_and_ends_of_lines_do_not_count() -> None:
    assert passes(saved("one\n\ntwo\n"), saved("one  \ntwo\r\n\n"))
    assert passes(made("one\ntwo\n"), made("one\n\ntwo"))


def test_words_and_indents_count() -> None:
    assert not passes(saved("one\n"), saved("one.\n"))
    assert not passes(saved("key:\n  one\n"), saved("key:\none\n"))
    assert not passes(made("one\n"), made("two\n"))


def test_places_and_side_effects_count() -> None:
    assert not passes(made("one\n"), made("one\n", path="b.md"))
    assert not passes(made("one\n"), (*made("one\n"), *saved("x\n")))
    assert not passes(made("one\n"), ())


def test_a_file_that_got_blank_lines_alone_was_not_changed() -> None:
    assert passes((), saved("old\n\n"))


def test_other_tables_are_compared_exactly() -> None:
    assert not passes(made("one\n", table="notes"), made("one\n\n", table="notes"))
