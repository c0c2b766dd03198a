"""API keys that stand in a config, where they do not belong: configs are committed, shared and logged."""

import math
import re
from collections import Counter

from wardian.specs.document import Document
from wardian.specs.places import KeyPath

__all__ = ["looks_like_key", "refuse_literal_keys"]

SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-|rk-|pk-|hf_|gsk_|xai-|r8_|ghp_|github_pat_|glpat-|AKIA|AIza|Bearer )"
    r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}"
)
"""What providers' keys look like; the digit keeps ordinary hyphenated words out."""
KEY_NAMES = re.compile(r"(?:^|_)(?:api_?key|key|token|secret|password|passwd|credentials?|authorization|bearer)$", re.I)
"""Names under which people write keys; `api_key_env` and `max_tokens` are none of them."""
USERINFO = re.compile(r"^[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@", re.I)

ADVICE = "write `api_key_env: NAME_OF_THE_VARIABLE` and put the key into that environment variable"
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def refuse_literal_keys(document: Document) -> None:
    """Note every literal key in `document`. No message repeats the value, nor may a later one: it is taken out."""
    for path, text in list(document.texts()):
        reason = _reason(str(path[-1]) if path else "", text)
        if reason:
            document.forgive(path)
            document.complain(path, reason)
            _take_out(document, path)


def _reason(key: str, text: str) -> str | None:
    if key == "api_key_env" and not VARIABLE.fullmatch(text):
        return "must be the *name* of an environment variable, such as OPENAI_API_KEY"
    if SHAPES.search(text) or (KEY_NAMES.search(key) and (_is_api_key(key) or looks_like_key(text))):
        return f"a literal API key does not belong in a config; {ADVICE}"
    if USERINFO.match(text):
        return "a URL with a password does not belong in a config"
    return None


def _is_api_key(key: str) -> bool:
    return re.fullmatch(r"(?:.*_)?api_?key", key, re.I) is not None


def looks_like_key(text: str) -> bool:
    """Whether `text` is long, in one piece and too irregular for a word."""
    return len(text) >= 20 and not re.search(r"\s", text) and _entropy(text) > 3.0


def _entropy(text: str) -> float:
    """Bits for each character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _take_out(document: Document, path: KeyPath) -> None:
    if path:
        document.get(path[:-1])[path[-1]] = None
    else:
        document.value = None
