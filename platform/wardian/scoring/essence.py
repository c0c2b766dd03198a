"""What of a scored episode is the same wherever and whenever it is played: everything but times."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from wardian.base.identity import canonical_json
from wardian.scoring.score import Scored

__all__ = ["essence", "essences"]

TIMES: Final = frozenset(
    {"started_at", "wall_s", "at_s", "seconds", "timing", "unanswered_at_s"} | {"began_s", "ended_s", "elapsed_s"}
)


def essence(scored: Scored) -> bytes:
    """`scored` without times, to be compared with another one."""
    return canonical_json(_timeless(scored.model_dump(mode="json")))


def essences(results: Iterable[Scored]) -> set[bytes]:
    """Those of all `results`."""
    return {essence(scored) for scored in results}


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(_fields(value))
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def _fields(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if key not in TIMES:
            yield key, _timeless(item)
