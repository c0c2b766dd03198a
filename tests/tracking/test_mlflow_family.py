"""The runs in MLflow that belong to one run of ours."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from wardian.tracking.mlflow_family import PAGE, MlflowFamily


class Page(list[Any]):
    """Some of the runs, and what the next ones are asked for with."""

    token: str | None = None


class Store:
    """A client of a store with so many children of one run."""

    def __init__(self, children: int) -> None:
        parts = (None, *(f"arm-{number}" for number in range(children)))
        self.runs = [
            SimpleNamespace(
                info=SimpleNamespace(run_id=str(number)),
                data=SimpleNamespace(tags={} if part is None else {"arm": part}, metrics={}),
            )
            for number, part in enumerate(parts)
        ]

    def search_runs(self, _: Sequence[str], chosen: str, max_results: int, page_token: str | None) -> Page:
        """One page."""
        begin = int(page_token or 0)
        page = Page(self.runs[begin : begin + max_results])
        page.token = str(begin + max_results) if begin + max_results < len(self.runs) else None
        return page


def test_a_run_of_more_arms_than_mlflow_gives_at_once_finds_all_of_them_again() -> None:
    store = Store(2 * PAGE + 5)
    found = MlflowFamily(store, "1", "run", key="wardian.run_id", tag="arm").found()
    assert len(found) == 2 * PAGE + 6
    assert found["arm-2004"].info.run_id == "2005"
