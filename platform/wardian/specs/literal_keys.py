"""API keys that stand in a config, where they do not belong: configs are committed, shared and logged."""

import re

from wardian.specs.document import Document
from wardian.specs.masking import has_key_shape, is_irregular
from wardian.specs.places import KeyPath

__all__ = ["refuse_literal_keys"]

KEY_NAMES = re.compile(r"(?:^|_)(?:api_?key|key|token|secret|password|passwd|credentials?|authorization|bearer)$", re.I)
"""Names under which people write keys; `api_key_env` and `max_tokens` are none of them."""
API_KEY = re.compile(r"(?:.*_)?api_?key", re.I)
USERINFO = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s@]+@", re.I)
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CONVENTIONAL = re.compile(r"[A-Z0-9_]+|[a-z0-9]+_[a-z0-9_]+")
"""How people name environment variables, however long."""

LITERAL = (
    "a literal API key does not belong in a config; write `api_key_env: NAME_OF_THE_VARIABLE` "
    "and put the key into that environment variable"
)
NOT_A_NAME = "must be the *name* of an environment variable, such as OPENAI_API_KEY"
PASSWORD = "a URL with a user or password does not belong in a config"  # noqa: S105  (words about one)


def refuse_literal_keys(document: Document) -> None:
    """Note every literal key in `document`, and take it out, so that no later message can repeat it."""
    for path, text in list(document.texts()):
        reason = _reason(str(path[-1]) if path else "", text)
        if reason:
            document.forgive(path)
            document.complain(path, reason)
            _take_out(document, path)


def _reason(key: str, text: str) -> str | None:
    if key == "api_key_env":
        strange = is_irregular(text) and not CONVENTIONAL.fullmatch(text)
        return NOT_A_NAME if strange or not VARIABLE.fullmatch(text) else None
    named = API_KEY.fullmatch(key) or (KEY_NAMES.search(key) and is_irregular(text))
    if named or has_key_shape(text) or has_key_shape(key):
        return LITERAL
    return PASSWORD if USERINFO.match(text) else None


def _take_out(document: Document, path: KeyPath) -> None:
    if path:
        document.get(path[:-1])[path[-1]] = None
    else:
        document.value = None
