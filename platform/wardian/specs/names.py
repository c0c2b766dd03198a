"""Names that must exist, and the nearest one when they do not."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated

from pydantic import Field

from wardian.base.bundle import COMPONENT
from wardian.base.errors import ConfigError
from wardian.specs.places import KeyPath, spell

__all__ = [
    "IDENTIFIER",
    "PATTERNS",
    "BadName",
    "BadNames",
    "HttpUrl",
    "Identifier",
    "JobName",
    "Label",
    "PoolName",
    "ScorerName",
    "Url",
    "VariableName",
    "nearest",
    "unknown",
]

_JOB = r"^[a-z0-9][a-z0-9_-]{0,62}$"
IDENTIFIER = r"^[a-z][a-z0-9_]{0,62}$"
_LABEL = r"^[A-Za-z0-9][A-Za-z0-9._+=@-]{0,63}$"
_POOL = r"^[A-Za-z0-9][A-Za-z0-9._+=@:/-]{0,99}$"
_SCORER = r"^[A-Za-z_][\w.-]*(:[A-Za-z_]\w*)?$"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_RAY = r"^(local|auto|(ray://)?[^\s:/]+:\d{1,5})$"
_URL = r"^(https?|sim)://[^\s/]+\S*$"
_HTTP = r"^https?://[^\s/]+\S*$"

JobName = Annotated[str, Field(pattern=_JOB)]
"""Part of folder and experiment names."""
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
"""The name of a pack, a table, a column, a tool or an argument."""
Label = Annotated[str, Field(pattern=_LABEL)]
"""A name that appears in tables, file names, headers and tracking: no spaces, no slashes."""
PoolName = Annotated[str, Field(pattern=_POOL)]
"""A model's name in the job; slashes and colons are common among providers."""
ScorerName = Annotated[str, Field(pattern=_SCORER)]
"""Where a scorer is found: an import path, or the name of an entry point."""
VariableName = Annotated[str, Field(pattern=_VARIABLE)]
"""The name of an environment variable."""
RayAddress = Annotated[str, Field(pattern=_RAY)]
"""Which Ray a driver starts or joins."""
Url = Annotated[str, Field(pattern=_URL)]
"""Where a model answers."""
HttpUrl = Annotated[str, Field(pattern=_HTTP)]
"""Where something else does."""

SHOWN = 20
"""A line that lists more names is none that anybody reads."""

PATTERNS = {
    _JOB: "a name of a-z, 0-9, - and _",
    IDENTIFIER: "a name of a-z, 0-9 and _ that begins with a letter",
    _LABEL: "a name of letters, digits and . _ + = @ -",
    _POOL: "a name of letters, digits and . _ + = @ : / -",
    _SCORER: "package.module:Name, or the name of an installed scorer",
    _VARIABLE: "the name of an environment variable, such as OPENAI_API_KEY",
    _RAY: "local, auto or host:port",
    _URL: "a URL such as https://openrouter.ai/api/v1",
    _HTTP: "a URL such as http://localhost:4318",
    COMPONENT: "system, recovery, fusion.merge, fusion.debate, tool:NAME.description or tool:NAME.arg:ARGUMENT",
}
"""The patterns in plain words."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """A hint such as "did you mean 'model'?", or the list of valid names when none is near."""
    names = sorted(valid)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"valid: {', '.join(names[:SHOWN]) or '(none)'}{more}"


class BadName(ConfigError, ValueError):
    """A key of the config, by its `path`, holds a name that cannot stand there."""

    def __init__(self, path: KeyPath, text: str) -> None:
        super().__init__(f"{spell(path)}: {text}")
        self.path = path
        self.text = text


class BadNames(ValueError):
    """All bad names of a job at once."""

    def __init__(self, problems: Sequence[BadName]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def unknown(path: KeyPath, name: str, valid: Iterable[str]) -> BadName:
    """`path` names something that is not there."""
    return BadName(path, f"there is no '{name}'; {nearest(name, valid)}")
