"""`wardian selfcheck`: measured beside promised, and an exit code."""

import orjson
import pytest
from cli.conftest import Wardian

from wardian.base.errors import ConfigError
from wardian.cli.selfchecking import check_promises
from wardian.optimization.selfcheck.extent import Extent

TINY = Extent(
    null=2,
    graded=1,
    lineages=1,
    planted=2,
    harmful=2,
    gaming=1,
    reckless=1,
    stormy=1,
    budgets=1,
    killed=1,
    kills=1,
)


def test_a_table_says_what_was_measured_and_what_was_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_promises("harmful,kills", 0, TINY, as_json=False) == 0
    out = capsys.readouterr().out
    assert "All edits make it worse" in out
    assert "promote one" in out
    assert "0 of 2" in out
    assert "SIMULATED" in out


def test_two_cases_show_neither_side(capsys: pytest.CaptureFixture[str]) -> None:
    check_promises("planted", 0, TINY, as_json=False)
    assert "too few to tell" in capsys.readouterr().out


def test_machines_get_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    check_promises("kills", 3, TINY, as_json=True)
    said = orjson.loads(capsys.readouterr().out)
    assert said["seed"] == 3
    assert [each["name"] for each in said["checks"]] == ["kills"]


def test_a_broken_promise_is_the_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_promises("planted", 0, TINY, as_json=False) == int("BROKEN" in capsys.readouterr().out)


def test_a_check_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="there is no check 'nul', only null, graded, lineages, planted"):
        check_promises("nul", 0, TINY, as_json=False)


def test_the_command_is_there(wardian: Wardian) -> None:
    finished = wardian("selfcheck", "--only", "nothing")
    assert finished.code == 2
    assert "there is no check 'nothing'" in finished.err
