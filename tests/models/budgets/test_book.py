"""A budget's file: shared by processes, read by those that come later, never damaged by those that died."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wardian.base.errors import ConfigError, InfraError
from wardian.models.budgets.amount import Amount, Cap
from wardian.models.budgets.book import BudgetBook
from wardian.models.budgets.leases import BudgetAsk

CAP = Cap(100, None, None)


class StoppedClock:
    def now(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        del seconds


Open = Callable[[], BudgetBook]


@pytest.fixture
def book(tmp_path: Path) -> Open:
    return lambda: BudgetBook(tmp_path / "deep" / "budget.log", CAP, StoppedClock())


def need(holder: str, number: int, requests: int) -> BudgetAsk:
    return BudgetAsk(holder=holder, number=number, need=Amount(requests=requests))


def test_those_who_open_the_same_file_share_one_budget(book: Open, tmp_path: Path) -> None:
    one, other = book(), book()
    assert one.exchange(need("a", 0, 60)).granted.requests == 60
    assert other.exchange(need("b", 0, 60)).granted.requests == 0
    assert other.exchange(need("b", 1, 40)).granted.requests == 40
    assert one.given == other.given == book().given == Amount(requests=100)
    lines = (tmp_path / "deep" / "budget.log").read_text().splitlines()
    assert lines[0] == '{"holder":"a","number":0,"granted":{"requests":60}}'
    assert len(lines) == 2


def test_a_torn_line_is_cut_off(book: Open, tmp_path: Path) -> None:
    book().exchange(need("a", 0, 60))
    path = tmp_path / "deep" / "budget.log"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"holder":"b","numb')
    later = book()
    assert later.given == Amount(requests=60)
    assert path.read_bytes() == whole
    assert later.exchange(need("c", 0, 40)).granted.requests == 40
    assert book().given == Amount(requests=100)


def test_a_damaged_file_is_no_fresh_budget(book: Open, tmp_path: Path) -> None:
    book().exchange(need("a", 0, 60))
    path = tmp_path / "deep" / "budget.log"
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    with pytest.raises(ConfigError, match=r"budget.log: damaged at byte 0; restore it from a copy"):
        book().exchange(need("b", 0, 1))


def test_a_full_disk_grants_nothing() -> None:
    book = BudgetBook(Path("/dev/full"), CAP, StoppedClock())
    with pytest.raises(InfraError, match="/dev/full: cannot be written: No space left on device"):
        book.exchange(need("a", 0, 1))
    assert book.given == Amount()


def test_a_file_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="budget: cannot write"):
        BudgetBook(tmp_path / "file" / "budget.log", CAP, StoppedClock())


def test_closing_twice_is_harmless(book: Open) -> None:
    opened = book()
    opened.close()
    opened.close()
