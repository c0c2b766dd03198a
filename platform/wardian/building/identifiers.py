"""Names of tables, columns and tools out of whatever a source calls them."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from pydantic import BaseModel

from wardian.base.identity import digest

__all__ = ["identifier", "identifiers", "plural", "sentence", "short", "singular"]

CLAIMED: Final = ("sqlite", "model_dump", "model_validate")
"""What no name may begin with: SQLite and pydantic want it for themselves."""
LENGTH: Final = 48
"""Of one name: others are made of it."""
LONGEST: Final = 63
CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
OTHERS: Final = re.compile(r"[^a-z0-9]+")
TAKEN: Final = frozenset(dir(BaseModel)) | {"clock", "knobs", "now", "pick", "self", "today"}
"""Names that mean something else in a pack."""


def identifier(text: str, taken: Collection[str] = ()) -> str:
    """A name of small letters, digits and `_` like `text`, and like none of `taken`; whatever `text` holds."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = short(OTHERS.sub("_", CAMEL.sub("_", plain).lower()).strip("_"), LENGTH)
    if not name or not name[0].isalpha() or name.startswith(CLAIMED):
        name = f"x_{name}".rstrip("_")
    if name in TAKEN:
        name = f"{name}_"
    if name not in taken:
        return name
    number = next(number for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)
    return f"{name}_{number}"


def identifiers(texts: Collection[str]) -> dict[str, str]:
    """A name of its own for each text."""
    names: dict[str, str] = {}
    for text in texts:
        names[text] = identifier(text, names.values())
    return names


def sentence(text: object, length: int = 300) -> str:
    """A description on one line; braces, which would be placeholders in a pack, become parentheses."""
    return " ".join(str(text).split()).replace("{", "(").replace("}", ")")[:length]


def short(name: str, longest: int = LONGEST) -> str:
    """`name` with `longest` characters at most, by default what a name may have; two long names stay two."""
    return name if len(name) <= longest else f"{name[: longest - 9].rstrip('_')}_{digest(name, length=8)}"


def singular(name: str) -> str:
    """One of them: `categories` are more than one `category`."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending) + instead
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) and len(name) > 2 else name


def plural(name: str) -> str:
    """More than one of them."""
    if singular(name) != name:
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"
