"""The runs in MLflow that belong to one run of ours: one for the whole, and children."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from wardian.tracking.mlflow_store import user

__all__ = ["MlflowFamily"]

PAGE = 1_000
"""Runs a call."""
Member = str | None
"""The name of a child; None is the run for the whole."""


class MlflowFamily:
    """Makes the runs, or finds them again by their tags.

    Args:
        client: of the store.
        experiment_id: where they are.
        run_id: ours.
        key: the tag of all of them with it.
        tag: what a child's name stands in.
    """

    def __init__(self, client: Any, experiment_id: str, run_id: str, *, key: str, tag: str) -> None:
        self._client = client
        self._experiment_id = experiment_id
        self._run_id = run_id
        self._key = key
        self._tag = tag
        self.ids: dict[Member, str] = {}

    def found(self) -> dict[Member, Any]:
        """The runs that are there, one for a member; of two, one stands for a "create" that was thought to be lost."""
        chosen = f"tags.`{self._key}` = '{self._run_id}'"
        runs = list(self._searched(chosen))
        children = Counter(run.data.tags.get("mlflow.parentRunId") for run in runs)

        def worth(run: Any) -> tuple[bool, int, int, str]:
            """That into which this process or an earlier one has written comes first."""
            known = run.info.run_id
            return known in self.ids.values(), children[known], len(run.data.metrics), known

        found: dict[Member, Any] = {}
        for run in sorted(runs, key=worth, reverse=True):
            if found.setdefault(run.data.tags.get(self._tag), run) is not run:
                self._client.delete_run(run.info.run_id)
        return found

    def _searched(self, chosen: str) -> Iterator[Any]:
        """All runs like that, page by page: a sweep may have more of them than MLflow gives at once."""
        token: str | None = ""
        while token is not None:
            page = self._client.search_runs([self._experiment_id], chosen, max_results=PAGE, page_token=token or None)
            yield from page
            token = page.token or None

    def admit(self, member: Member, run: Any, tags: dict[str, str], started_ms: int) -> Any:
        """The run of a member, `run` if there is one, as a child of the one for the whole."""
        if run is None:
            family = {} if member is None else {"mlflow.parentRunId": self.ids[None]}
            tags = tags | {self._key: self._run_id, "mlflow.user": user()} | family
            run = self._client.create_run(self._experiment_id, started_ms, tags, member or self._run_id)
        self.ids[member] = run.info.run_id
        if member is not None and run.data.tags.get("mlflow.parentRunId") != self.ids[None]:
            self._client.set_tag(self.ids[member], "mlflow.parentRunId", self.ids[None])
        return run
