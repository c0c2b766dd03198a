"""The aliases that a campaign moves by itself: in the order of campaigns, whenever each of them is delivered."""

from typing import Final

from wardian.base.frozen import Frozen
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.prompt_version import (
    BEGUN_TAG,
    CHALLENGER,
    CHAMPION,
    PREVIOUS,
    PromptVersion,
)

__all__ = ["Announcement"]

ALIASED: Final = "aliased"
"""Set once it is decided which alias a promoted version has: whoever moves it later shall not find it back."""
LEFT: Final = "left: "
"""How the tag begins where an alias was left where it was; why stands behind it."""


class Announcement(Frozen):
    """What a campaign does with a version that its gate promoted.

    Args:
        campaign: the id of its folder.
        begun: when, in milliseconds since the epoch.
        auto_promote: whether the version is in use at once.
    """

    campaign: str
    begun: int
    auto_promote: bool

    @property
    def alias(self) -> str:
        """The one that is moved."""
        return CHAMPION if self.auto_promote else CHALLENGER

    def make(self, prompts: MlflowPrompts, version: PromptVersion, parent: str) -> str:
        """Move the alias, once, unless it is not this campaign's to move.

        Args:
            prompts: the registry.
            version: what was promoted.
            parent: the text that it was measured against.

        Returns:
            Why the alias was left where it was, in a line; "" where it was moved.
        """
        told = version.told_by(self.campaign).get(ALIASED) or self._decided(prompts, version, parent)
        prompts.tag(version, version.tags_of(self.campaign, {ALIASED: told}))
        if not told.startswith(LEFT):
            return ""
        use = f"`wardian promote {version.name} --version {version.version}` uses it all the same"
        return f"{version.label} did not become {self.alias}: {told.removeprefix(LEFT)}; {use}"

    def _decided(self, prompts: MlflowPrompts, version: PromptVersion, parent: str) -> str:
        """The tag's value, with the alias where it says."""
        current = prompts.aliased(version.name, self.alias)
        if current is None or current.version == version.version:
            why = ""
        else:
            why = self._overtaken(prompts, version, current, parent) if self.auto_promote else self._late(current)
        if why:
            return LEFT + why
        self._move(prompts, version, current)
        return self.alias

    def _overtaken(self, prompts: MlflowPrompts, version: PromptVersion, champion: PromptVersion, parent: str) -> str:
        """Why the version must not be in use by itself; "" when it was measured against what is."""
        before = prompts.aliased(version.name, PREVIOUS)
        if before is not None and before.version == version.version:  # this process died behind the move
            return f"it was in use, and somebody went back to {champion.label}"
        if champion.text != parent:
            return f"{champion.label} is in use, which is not what it was measured against"
        return ""

    def _late(self, challenger: PromptVersion) -> str:
        """Why the challenger stays; "" when a campaign has set it that began no later than this one, or nobody."""
        last = next(iter(challenger.campaigns), "")
        begun = int(challenger.told_by(last).get(BEGUN_TAG, "0"))
        if (begun, last) > (self.begun, self.campaign):
            return f"{challenger.label} is, of a campaign that began later"
        return ""

    def _move(self, prompts: MlflowPrompts, version: PromptVersion, current: PromptVersion | None) -> None:
        if current is None or current.version != version.version:
            if self.auto_promote and current is not None:
                prompts.point(PREVIOUS, current)
            prompts.point(self.alias, version)
