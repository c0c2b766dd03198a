"""Addresses of mails as agents write them."""

import re
from collections.abc import Iterable

from wardian.environments.tool import BadArguments

__all__ = ["address", "addresses"]

_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}")
_NAMED = re.compile(r"[^<>]{0,200}<([^<>]{1,320})>")


def address(text: str) -> str:
    """The address in `text`, "ann@example.com" or "Ann <ann@example.com>", in small letters.

    Raises:
        BadArguments: when it is none.
    """
    plain = text.strip().lower()
    named = _NAMED.fullmatch(plain)
    plain = named[1].strip() if named else plain
    if not _ADDRESS.fullmatch(plain):
        raise BadArguments(f"'{text[:100]}' is no mail address")
    return plain


def addresses(texts: Iterable[str]) -> list[str]:
    """The addresses in `texts`, each once and sorted.

    Raises:
        BadArguments: when one is none, or when there are none.
    """
    found = sorted({address(text) for text in texts})
    if not found:
        raise BadArguments("there is nobody to send it to")
    return found
