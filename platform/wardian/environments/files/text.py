"""Lines of a text. Only a line feed ends one: other characters that end lines elsewhere stay what they are."""

from wardian.environments.tool import ToolError

__all__ = ["lines_of", "replaced_once"]


def lines_of(text: str) -> list[str]:
    """The lines without their ends."""
    return text.removesuffix("\n").split("\n") if text else []


def replaced_once(text: str, old: str, new: str) -> str:
    """`text` with `new` in the only place where `old` stands.

    Raises:
        ToolError: `no_match` when it stands nowhere, `ambiguous` when it stands in several places.
    """
    place = text.find(old)
    if not old or place < 0:
        raise ToolError("no_match", "old_text does not occur in the file: it must be copied exactly")
    if text.find(old, place + 1) >= 0:
        raise ToolError("ambiguous", "old_text occurs more than once: take more of what stands around it")
    return text[:place] + new + text[place + len(old) :]
