"""Where two results differ."""

from collections.abc import Iterator
from typing import Any, Literal

from wardian.base.frozen import Frozen, JsonValue

__all__ = ["Difference", "differences", "fields"]

Kind = Literal["value", "length", "type", "only_traced", "only_ours"]


class Difference(Frozen):
    """One place in a result, such as `orders[0].total`; "" is the whole of it.

    `value` and `length` (of a list) leave the shape as it is, the other kinds do not.
    """

    path: str
    kind: Kind
    traced: JsonValue = None
    ours: JsonValue = None

    @property
    def is_of_shape(self) -> bool:
        """Whether a program that reads the result could trip over it."""
        return self.kind not in ("value", "length")


def differences(traced: Any, ours: Any, path: str = "") -> Iterator[Difference]:
    """All places where the two differ, in the order of the traced one; null fits every type."""
    if isinstance(traced, dict) and isinstance(ours, dict):
        yield from _of_objects(traced, ours, path)
    elif isinstance(traced, list) and isinstance(ours, list):
        for index, (one, other) in enumerate(zip(traced, ours, strict=False)):
            yield from differences(one, other, f"{path}[{index}]")
        if len(traced) != len(ours):
            yield Difference(path=path, kind="length", traced=len(traced), ours=len(ours))
    elif _kind(traced) != _kind(ours) and traced is not None and ours is not None:
        yield Difference(path=path, kind="type", traced=traced, ours=ours)
    elif traced != ours:
        yield Difference(path=path, kind="value", traced=traced, ours=ours)


def _of_objects(traced: dict[str, Any], ours: dict[str, Any], path: str) -> Iterator[Difference]:
    for name, value in traced.items():
        place = f"{path}.{name}" if path else name
        if name in ours:
            yield from differences(value, ours[name], place)
        else:
            yield Difference(path=place, kind="only_traced", traced=value)
    for name, value in ours.items():
        if name not in traced:
            yield Difference(path=f"{path}.{name}" if path else name, kind="only_ours", ours=value)


def _kind(value: Any) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All fields of a result with their values, elements of lists as one: `orders[].total`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            place = f"{path}.{name}" if path else name
            yield place, inner
            yield from fields(inner, place)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{path}[]")
