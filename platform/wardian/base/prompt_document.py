"""One text for all texts of an agent, so that a registry of prompts has one version for one version of the agent.

The system prompt comes first and is alone most of the time: then the document is that text. Each further component
follows behind a line of its own, `<!-- wardian: COMPONENT -->`.
"""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter, ValidationError

from wardian.base.bundle import SYSTEM, Component

__all__ = ["read_document", "written_document"]

MARKER: Final = re.compile(r"^<!-- wardian: (\S+) -->$", re.MULTILINE)
COMPONENT: Final[TypeAdapter[str]] = TypeAdapter(Component)


def written_document(texts: Mapping[str, str]) -> str:
    """All `texts` as one, by component in the order of the names behind the system prompt."""
    others = (f"<!-- wardian: {name} -->\n{texts[name]}" for name in sorted(texts) if name != SYSTEM)
    return "\n\n".join(part for part in (texts.get(SYSTEM, ""), *others) if part)


def read_document(document: str) -> dict[str, str]:
    """The texts in `document`, by component.

    Raises:
        ValueError: in a line, when it marks something that no agent has.
    """
    first, *rest = MARKER.split(document)
    texts = {SYSTEM: first.rstrip()} if rest else {SYSTEM: document}
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        try:
            texts[COMPONENT.validate_python(name)] = text.strip()
        except ValidationError:
            raise ValueError(f"'{name}' is no component of an agent") from None
    return texts
