"""The HTML file: the page's own scripts and styles, the list of episodes as data, and the policy that holds them.

The policy lets nothing run but the one script whose hash it names and what that script loads itself, and nothing look
otherwise than by the one style sheet; the page may load, send and embed nothing else. Where the browser knows Trusted
Types, text can not become markup or a script's address either.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any, Final

import orjson

from wardian.reports.page.shelf import json_of
from wardian.specs.masking import mask

__all__ = ["document", "policy", "script", "style"]

SITE: Final = files("wardian.reports.page") / "site"
STYLES: Final = ("base.css", "tables.css", "charts.css", "campaign.css", "episodes.css", "trajectory.css", "print.css")
MAIN: Final = "main.js"
IMPORT: Final = re.compile(r'^import\b[^"]*"\./([\w.]+)";\n', re.MULTILINE)
EXPORT: Final = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
KEYWORD: Final = re.compile(r"^export ", re.MULTILINE)
POLICY: Final = (
    "default-src 'none'; script-src '{script}' 'strict-dynamic'; style-src '{style}'; img-src data:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types wardian-shelf"
)


def document(title: str, data: Any, held: Sequence[str] = ()) -> bytes:
    """The page.

    Args:
        title: of its window.
        data: what the script finds in it, as JSON.
        held: packed trajectories, which then need no file beside it.
    """
    page = Template((SITE / "page.html").read_text(encoding="utf-8"))
    parts = {
        "policy": policy(),
        "title": _escaped(mask(title)),
        "style": style(),
        "script": script(),
        "data": json_of(data).decode().replace("<", "\\u003c"),  # nothing in it can end its element
        "held": orjson.dumps(held).decode(),
    }
    return page.substitute(parts).encode()


@cache
def policy() -> str:
    """The Content-Security-Policy of the page."""
    return POLICY.format(script=_hash(script()), style=_hash(style()))


@cache
def style() -> str:
    """All style sheets, one behind the other."""
    return "".join((SITE / name).read_text(encoding="utf-8") for name in STYLES)


@cache
def script() -> str:
    """All modules as one, those that others need first: a page that was opened from a disk may not import modules.

    Each is a function that returns what it exports, under the same names for all: two that export alike are an error of
    syntax.
    """
    order: dict[str, str] = {}
    _collect(MAIN, order, ())
    return "".join(map(_enclosed, order.values()))


def _collect(name: str, order: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"{' > '.join((*above, name))}: modules that need each other")
    if name in order:
        return
    text = (SITE / name).read_text(encoding="utf-8")
    for needed in IMPORT.findall(text):
        _collect(needed, order, (*above, name))
    order[name] = IMPORT.sub("", text)


def _enclosed(text: str) -> str:
    names = ", ".join(EXPORT.findall(text))
    return f"const {{ {names} }} = (() => {{\n{KEYWORD.sub('', text)}return {{ {names} }};\n}})();\n"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
