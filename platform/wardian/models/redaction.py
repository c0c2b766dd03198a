"""Keeps keys out of everything that is shown or stored."""

import base64
import re
from urllib.parse import quote

from wardian.base.key_shapes import LIKE_A_KEY, MASK

__all__ = ["EXCERPT_BYTES", "Redactor"]

EXCERPT_BYTES = 2_000
UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
SHORTEST_SECRET = 6
"""A shorter key (such as llama.cpp's "none") is no secret, and masking it would eat ordinary words."""


class Redactor:
    """Masks one secret, in the forms in which providers echo it, and everything that has the shape of a key."""

    def __init__(self, secret: str | None) -> None:
        self._forms = sorted(_forms(secret), key=len, reverse=True) if secret else []

    def __call__(self, text: str) -> str:
        """`text` without keys."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return LIKE_A_KEY.sub(MASK, text)

    def excerpt(self, body: bytes) -> str:
        """The beginning of a reply's body for people: one line, printable, at most 2,000 bytes, without keys."""
        longest = max((len(form) for form in self._forms), default=0)
        window = body[: EXCERPT_BYTES + longest].decode("utf-8", "replace")
        line = UNPRINTABLE.sub(" ", self(window)).strip()
        return line.encode()[:EXCERPT_BYTES].decode("utf-8", "ignore")


def _forms(secret: str) -> set[str]:
    if len(secret) < SHORTEST_SECRET:
        return set()
    raw = secret.encode()
    encoded = base64.b64encode(raw).decode().rstrip("=")
    return {secret, quote(secret, safe=""), encoded, base64.urlsafe_b64encode(raw).decode().rstrip("=")}
