"""Names of files: each file has exactly one spelling, and none leads out of the tree."""

import re
import unicodedata
from collections.abc import Iterator

from wardian.environments.tool import ToolError

__all__ = ["ROOT", "checked", "folded", "folder_of", "name_of", "shown"]

ROOT = ""
_ROOT_SPELLINGS = frozenset({"", ".", "/"})
_PATH_CHARACTERS = 200
_NAME_CHARACTERS = 100
_DEPTH = 12
_SHOWN_CHARACTERS = 80
_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LATIN"})
"""Scripts with letters that look like those of another one."""
_LATIN = str.maketrans("авеіјкӏмнорсѕтухԁһαεικνορτυχ", "abeijklmhopcstyxdhaeiknoptux")
"""Small letters of other scripts that look like Latin ones, at least as capitals."""


def checked(path: str) -> str:
    """`path` as it stands if it is a good one, such as "docs/plan.md"; "" for the root.

    Raises:
        ToolError: `invalid_path`, saying what is wrong with it.
    """
    if path in _ROOT_SPELLINGS:
        return ROOT
    problem = next(_problems(path), None)
    if problem is not None:
        raise ToolError("invalid_path", f"'{shown(path)}' is no path here: {problem}")
    return path


def folder_of(path: str) -> str:
    """The path of the folder that `path` lies in."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """The last name of `path`."""
    return path.rpartition("/")[2]


def folded(path: str) -> str:
    """What two paths have in common that differ only in capitals, or in letters of other scripts that look the same."""
    small = path.casefold()
    return small if small.isascii() else unicodedata.normalize("NFKC", small).translate(_LATIN)


def shown(path: str) -> str:
    """`path` as a message may show it: short, and nothing in it that cannot be seen."""
    short = path[:_SHOWN_CHARACTERS]
    return short if short.isprintable() else short.encode("unicode_escape").decode()


def _problems(path: str) -> Iterator[str]:
    if len(path) > _PATH_CHARACTERS:
        yield f"it has more than {_PATH_CHARACTERS} characters"
    if "\\" in path:
        yield "names are separated by /"
    if any(_is_unseen(character) for character in path):
        yield "it has characters that nobody can see"
    if unicodedata.normalize("NFKC", path) != path:
        yield "it has characters that stand for others (Unicode form NFKC is wanted)"
    if path.startswith("/"):
        yield "paths are relative to the root, without a / at the beginning"
    names = path.split("/")
    if len(names) > _DEPTH:
        yield f"it is more than {_DEPTH} folders deep"
    yield from (problem for name in names for problem in _name_problems(name))


def _name_problems(name: str) -> Iterator[str]:
    if not name:
        yield "there is a / too many"
    if name in (".", ".."):
        yield f"{name} is not allowed, write the whole path from the root"
    if name != name.strip():
        yield "names do not begin or end with blanks"
    if len(name) > _NAME_CHARACTERS:
        yield f"a name has more than {_NAME_CHARACTERS} characters"
    if not name.isascii() and any(len(_scripts(word) & _ALIKE) > 1 for word in _WORD.findall(name)):
        yield "a word mixes letters of scripts that look alike"


def _is_unseen(character: str) -> bool:
    """Controls, marks of direction, lone surrogates, private characters, and all blanks but the common one."""
    return character != " " and unicodedata.category(character)[0] in "CZ"


def _scripts(word: str) -> set[str]:
    return {unicodedata.name(letter, "?").partition(" ")[0] for letter in word}
