"""Names of tables, columns and tools out of whatever a source calls them."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

__all__ = ["identifier", "identifiers", "plural", "singular"]

LENGTH: Final = 48
CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
OTHERS: Final = re.compile(r"[^a-z0-9]+")
WORDS: Final = (
    "abort action add after all alter analyze and as asc attach autoincrement before begin between by cascade case "
    "cast check clock collate column commit conflict constraint copy create cross current database default "
    "deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive exists "
    "explain fail filter first following for foreign from full generated glob group groups having if ignore "
    "immediate in index indexed initially inner insert instead intersect into is isnull join json key last left "
    "like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer "
    "over partition plan pragma preceding primary query raise range recursive references regexp reindex release "
    "rename replace restrict returning right rollback row rows savepoint schema select self set table temp "
    "temporary then ties to transaction trigger unbounded union unique update using vacuum validate values view "
    "virtual when where window with without knobs now today "
)
RESERVED: Final = frozenset(WORDS.split())
"""Words of SQL, and names that mean something else in a pack."""


def identifier(text: str, taken: Collection[str] = ()) -> str:
    """A name of small letters, digits and `_` like `text`, and like none of `taken`; whatever `text` holds."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = OTHERS.sub("_", CAMEL.sub("_", plain).lower()).strip("_")[:LENGTH].rstrip("_")
    if not name or not name[0].isalpha() or name.startswith("sqlite"):
        name = f"x_{name}".rstrip("_")
    if name in RESERVED:
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
