"""One version of a prompt in a registry."""

from collections.abc import Mapping
from typing import Final

from wardian.base.frozen import Frozen

__all__ = [
    "BEGUN_TAG",
    "CAMPAIGN_TAG",
    "CANDIDATES",
    "CHALLENGER",
    "CHAMPION",
    "PREVIOUS",
    "PromptVersion",
    "candidates_of",
    "own_name",
]

CHAMPION: Final = "champion"
"""The alias of what is in use."""
PREVIOUS: Final = "previous"
"""That of what was in use before."""
CHALLENGER: Final = "challenger"
"""That of what a gate has promoted and nobody uses yet."""
CANDIDATES: Final = ".candidates"
CAMPAIGN_TAG: Final = "campaign"
"""The tag by which a version is found again: the id of the campaign's folder."""
BEGUN_TAG: Final = "campaign_begun"
"""When that campaign began, in milliseconds since the epoch: of two, the later one is right about the challenger."""


class PromptVersion(Frozen):
    """What the registry has under `prompts:/NAME/VERSION`.

    Args:
        name: of the prompt.
        version: from 1.
        text: what it says; "" for a `chat`.
        chat: whether it is a list of messages, which somebody else registered.
        message: why it was made.
        tags: its own, not those of the prompt.
    """

    name: str
    version: int
    text: str
    chat: bool = False
    message: str = ""
    tags: Mapping[str, str] = {}

    @property
    def label(self) -> str:
        """As it is named in tags and for people: `NAME/VERSION`."""
        return f"{self.name}/{self.version}"


def candidates_of(prompt: str) -> str:
    """Where the texts are that were tried and not promoted."""
    return prompt + CANDIDATES


def own_name(name: str) -> str:
    """The prompt that a name is, or is candidates, of."""
    return name.removesuffix(CANDIDATES)
