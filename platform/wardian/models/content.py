"""The content of a message as servers write it: a text, null, or a list of parts."""

from wardian.base.frozen import JsonValue
from wardian.models.lenient import as_text

__all__ = ["spoken", "thought"]


def spoken(content: JsonValue) -> str:
    """What it says; of parts the texts count."""
    if not isinstance(content, list):
        return as_text(content)
    return "".join(as_text(part.get("text")) if isinstance(part, dict) else as_text(part) for part in content)


def thought(content: JsonValue) -> str:
    """What the model thought before, in Mistral's parts of type `thinking`."""
    parts = content if isinstance(content, list) else []
    return "".join(spoken(part.get("thinking")) for part in parts if isinstance(part, dict))
