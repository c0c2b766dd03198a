"""What of a result must be the same wherever and whenever it was played."""

from collections.abc import Iterable, Iterator
from typing import Any

from wardian.base.identity import canonical_json
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

TIMES = {"started_at", "wall_s", "at_s", "seconds", "timing", "unanswered_at_s"}


def record_of(finished: Finished) -> Scored:
    """The record, which came along because the episode was played in this process, or nobody had a store for it."""
    assert finished.record is not None
    return finished.record


def essence(results: Iterable[Scored]) -> set[bytes]:
    """The results without times, as comparable values."""
    return {canonical_json(_timeless(result.model_dump(mode="json"))) for result in results}


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(_fields(value))
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def _fields(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if key not in TIMES:
            yield key, _timeless(item)
