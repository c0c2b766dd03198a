"""The versions of a prompt that a campaign leaves in MLflow's registry, and the aliases on them."""

from collections.abc import Callable
from typing import Final

from wardian.tracking.campaign import CampaignCard, EntryCard
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.prompt_version import CHALLENGER, CHAMPION, PREVIOUS, PromptVersion, candidates_of

__all__ = ["CAMPAIGN_TAG", "MlflowVersions"]

CAMPAIGN_TAG: Final = "campaign"
"""The tag by which a version is found again: the id of the campaign's folder."""
ALIASED: Final = "aliased"
"""Set once an alias is on a promoted version: whoever moves it away later shall not find it back."""


class MlflowVersions:
    """Registers what entered a gate; to do it again changes nothing.

    Args:
        prompts: the registry.
        card: the campaign.
        run_id: MLflow's, of the campaign.
    """

    def __init__(self, prompts: MlflowPrompts, card: CampaignCard, run_id: str) -> None:
        self._prompts = prompts
        self._card = card
        self._run_id = run_id
        self._tried = candidates_of(card.prompt)

    def register(self) -> dict[str, PromptVersion]:
        """The versions among the candidates, by text."""
        card = self._card
        if self._prompts.aliased(card.prompt, CHAMPION) is None:
            self._prompts.point(CHAMPION, self._baseline(card.prompt, card.original))
        versions = {card.original: self._baseline(self._tried, card.original)}
        for entry in card.entries:
            versions[entry.text] = self._entered(self._tried, entry)
            if entry.promoted:
                self._announce(self._entered(card.prompt, entry))
        return versions

    def _baseline(self, name: str, text: str) -> PromptVersion:
        """The version that says what a campaign began with; it is there, or there is no evidence for it."""
        known = self._known(name, lambda each: each.text == text)
        sha = {"bundle_sha": self._card.shas[text]} if text in self._card.shas else {}
        if known is not None:
            return known if "bundle_sha" in known.tags else self._prompts.tag(known, sha)
        tags = {"verdict": "baseline", "campaign_run": self._run_id, **sha}
        return self._prompts.register(name, text, f"What {self._card.run_id} began with", tags)

    def _entered(self, name: str, entry: EntryCard) -> PromptVersion:
        """That of a text of this campaign. Of a text that another one had tried, this is a version of its own."""

        def ours(each: PromptVersion) -> bool:
            return each.text == entry.text and each.tags.get(CAMPAIGN_TAG, self._card.run_id) == self._card.run_id

        parent = self._baseline(name, entry.parent)
        tags = {**entry.tags, "parent": parent.label, "campaign_run": self._run_id, CAMPAIGN_TAG: self._card.run_id}
        if entry.evidence:
            tags["evidence_uri"] = f"runs:/{self._run_id}/{entry.evidence}"
        known = self._known(name, ours)
        if known is None:
            return self._prompts.register(name, entry.text, entry.message, tags)
        return self._prompts.tag(known, tags)

    def _announce(self, version: PromptVersion) -> None:
        """Put the alias on a promoted version, once."""
        if ALIASED in version.tags:
            return
        alias = CHAMPION if self._card.auto_promote else CHALLENGER
        champion = self._prompts.aliased(version.name, CHAMPION)
        if alias == CHAMPION and champion is not None and champion.version != version.version:
            self._prompts.point(PREVIOUS, champion)
        self._prompts.point(alias, version)
        self._prompts.tag(version, {ALIASED: alias})

    def _known(self, name: str, fits: Callable[[PromptVersion], bool]) -> PromptVersion | None:
        """The newest one that fits."""
        return next((each for each in reversed(self._prompts.versions(name)) if fits(each)), None)
