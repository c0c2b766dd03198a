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

    @property
    def campaigns(self) -> tuple[str, ...]:
        """All whose gates heard it, by the ids of their folders; the one that began last first."""
        later = {key.split("/", 1)[0] for key in self.tags if key.endswith(f"/{CAMPAIGN_TAG}")}
        found = {*later, *filter(None, [self.tags.get(CAMPAIGN_TAG)])}
        return tuple(sorted(found, key=self._begun, reverse=True))

    def told_by(self, campaign: str) -> Mapping[str, str]:
        """The tags that a campaign gave it, by their plain names; none where it gave none."""
        if self.tags.get(CAMPAIGN_TAG) == campaign:
            return self.tags
        front = f"{campaign}/"
        return {key.removeprefix(front): value for key, value in self.tags.items() if key.startswith(front)}

    def tags_of(self, campaign: str, tags: Mapping[str, str]) -> dict[str, str]:
        """Tags as they are set for a campaign: on what another one made, or what is a baseline, behind its own name."""
        owner = self.tags.get(CAMPAIGN_TAG, "" if self.tags.get("verdict") == "baseline" else campaign)
        return dict(tags) if owner == campaign else {f"{campaign}/{key}": value for key, value in tags.items()}

    def _begun(self, campaign: str) -> tuple[int, str]:
        return int(self.told_by(campaign).get(BEGUN_TAG, "0")), campaign


def candidates_of(prompt: str) -> str:
    """Where the texts are that were tried and not promoted."""
    return prompt + CANDIDATES


def own_name(name: str) -> str:
    """The prompt that a name is, or is candidates, of."""
    return name.removesuffix(CANDIDATES)
