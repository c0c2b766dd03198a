"""Tables of models that many jobs share: where they answer, what they cost, and since when that was known.

A table is a YAML file with `as_of` (the day on which its prices were looked up), `source` (where), `defaults` (keys
that all its models have) and `models`. It becomes a part of the job before that is checked: every mistake has its line.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from wardian.base.errors import ConfigError
from wardian.base.shipped import shipped
from wardian.specs.document import Document
from wardian.specs.names import nearest
from wardian.specs.parsing import parse
from wardian.specs.places import KeyPath, Place, Problem

__all__ = ["include_pools", "stale_prices"]

SUFFIX = ".yaml"
KEYS = {"as_of": str, "source": str, "defaults": dict, "models": dict}
OPTIONAL = "defaults"
DAYS = 180
"""Prices that are older are worth a second look."""


def include_pools(document: Document, folder: Path, environ: Mapping[str, str]) -> None:
    """Lay the job's own `models` over those of its `pools`; paths start at `folder`."""
    pools = document.get(("pools",))
    if not isinstance(pools, list) or not isinstance(document.get(("models",)) or {}, dict):
        return  # validation says what it should be
    tables: dict[str, str] = {}
    for index, name in enumerate(pools):
        if isinstance(name, str) and (path := _found(document, ("pools", index), name, folder)) is not None:
            table = _table(path, environ, document)
            for model in table.get(("models",)) or {}:
                if tables.setdefault(model, name) == name:
                    _include(document, table, model)
                else:
                    document.complain(("pools", index), f"'{tables[model]}' has a model '{model}' as well")


def stale_prices(prices: Mapping[str, date | None], today: date) -> str | None:
    """One line about prices (the days of their looking up, by model) that are older than half a year; None without."""
    old = {name: day for name, day in prices.items() if day is not None and (today - day).days > DAYS}
    if not old:
        return None
    first = min(old.values())
    return f"prices: looked up {(today - first).days} days ago ({first}): {', '.join(old)}; see whether they still hold"


def _found(document: Document, path: KeyPath, name: str, folder: Path) -> Path | None:
    """A file relative to the config, or a table by its name: beside the config, then among those of Wardian."""
    places = [folder / "pools", shipped("configs") / "pools"]
    files = [folder / name] if name.endswith(SUFFIX) else [place / f"{name}{SUFFIX}" for place in places]
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        known = {file.stem for place in places for file in place.glob(f"*{SUFFIX}")}
        document.complain(path, f"there is no table of models '{name}'; {nearest(name, known)}")
    return found


def _table(path: Path, environ: Mapping[str, str], document: Document) -> Document:
    """The table in the file at `path`; what is wrong with it is noted in `document`."""
    try:
        table = parse(path.read_text(encoding="utf-8-sig"), source=str(path), environ=environ)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from None
    document.problems += [*table.problems, *_mistakes(table)]
    return table


def _mistakes(table: Document) -> Iterator[Problem]:
    value = table.value if isinstance(table.value, dict) else {}
    for key in value.keys() - KEYS.keys():
        yield Problem(place=table.place((key,)), path=(key,), text=f"unknown key; {nearest(str(key), KEYS)}")
    for key, kind in KEYS.items():
        if (key in value or key != OPTIONAL) and not isinstance(value.get(key), kind):
            text = "a table of models needs this key" if key not in value else f"must be {_WORDS[kind]}"
            yield Problem(place=table.place((key,)), path=(key,), text=text)


_WORDS: Mapping[type, str] = {str: "text", dict: "a mapping"}


def _include(document: Document, table: Document, model: str) -> None:
    """Put what the table says of `model` below what the job says."""
    priced = document.get(("models", model, "price")) is not None
    for key, inside in {**_mapping(table, ("defaults",)), **_mapping(table, ("models", model))}.items():
        if key == "price" and priced:
            continue  # half a price of the job's own and half of the table's would be nobody's
        written = ("models", model) if table.get(("models", model, key)) is not None else ("defaults",)
        _lay_below(document, table, (*written, key), ("models", model, key), inside)
    price = document.get(("models", model, "price"))
    if isinstance(price, dict) and not priced and "as_of" not in price:
        _set(document, ("models", model, "price", "as_of"), table.get(("as_of",)), table.place(("as_of",)))
    document.places.setdefault(("models", model), table.place(("models", model)))


def _lay_below(document: Document, table: Document, written: KeyPath, path: KeyPath, value: Any) -> None:
    """Take over a value of the table, unless the job has one; mappings key by key."""
    if isinstance(value, dict):
        for key, inside in value.items():
            _lay_below(document, table, (*written, key), (*path, key), inside)
    elif document.get(path) is None and _open(document, path[:-1]):
        _set(document, path, value, table.place(written))


def _open(document: Document, path: KeyPath) -> bool:
    """Whether a key can be added at `path`: not when the job has a single value there."""
    around = [document.get(path[:length]) for length in range(1, len(path) + 1)]
    return all(value is None or isinstance(value, dict) for value in around)


def _set(document: Document, path: KeyPath, value: Any, place: Place) -> None:
    target = document.value
    for key in path[:-1]:
        if target.get(key) is None:
            target[key] = {}
        target = target[key]
    target[path[-1]] = value
    document.places[path] = place


def _mapping(table: Document, path: KeyPath) -> dict[str, Any]:
    value = table.get(path)
    return value if isinstance(value, dict) else {}
