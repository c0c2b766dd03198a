"""Where something stands in what the user wrote, and what is wrong with it there."""

import re
from collections.abc import Iterable

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.specs.masking import mask

__all__ = ["KeyPath", "Place", "Problem", "key_at_front", "refusal", "spell"]

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""

SHOWN = 20
BARE = r"[^.\"\s=:]+"
"""A key that needs no quotes."""
SPELLED = re.compile(rf'(?:{BARE}|"[^"]+")(?:\.(?:{BARE}|"[^"]+"))*')


def spell(path: KeyPath) -> str:
    """`path` as a user writes it after `--set`: `agents.0.model`, `models."gpt-4.1".rpm`."""
    return ".".join(str(key) if re.fullmatch(BARE, str(key)) else f'"{key}"' for key in path)


def key_at_front(message: str) -> tuple[str, ...]:
    """The keys with which an error about one begins: `models.mini: …`; none when it begins otherwise."""
    front, colon, _ = message.partition(": ")
    if not colon or not SPELLED.fullmatch(front):
        return ()
    return tuple(quoted or bare for bare, quoted in re.findall(rf'({BARE})|"([^"]+)"', front))


class Place(Frozen):
    """A line of a file, or a source without lines such as `--set agents.0.model`."""

    source: str
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


class Problem(Frozen):
    """One thing that cannot be run, in one line."""

    place: Place
    path: KeyPath
    text: str

    def __str__(self) -> str:
        place, key = str(self.place), spell(self.path)
        return ": ".join(part for part in (place, key, self.text) if part and not (part is key and place.endswith(key)))

    @property
    def rank(self) -> tuple[bool, int]:
        """Sorts by line; what has no line comes last."""
        return self.place.line is None, self.place.line or 0


def refusal(problems: Iterable[Problem]) -> ConfigError:
    """The error that says all `problems`, one a line, first line first, without anything that looks like an API key."""
    lines = list(dict.fromkeys(mask(str(problem)) for problem in sorted(problems, key=lambda problem: problem.rank)))
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], f"… and {len(lines) - SHOWN} more"]
    return ConfigError("\n".join(lines))
