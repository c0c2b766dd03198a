"""Names that must exist, and the nearest one when they do not."""

from difflib import get_close_matches
from collections.abc import Iterable

__all__ = ["UnknownName", "nearest"]


def nearest(name: str, valid: Iterable[str]) -> str:
    """A hint such as "did you mean 'model'?", or the list of valid names when none is near."""
    names = sorted(valid)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"valid: {', '.join(names) or '(none)'}"


class UnknownName(ValueError):
    """A key of the config names something that is not there."""

    def __init__(self, key: str, name: str, valid: Iterable[str]) -> None:
        super().__init__(f"{key}: there is no '{name}'; {nearest(name, valid)}")
        self.key = key
