"""The versions of a prompt that a campaign leaves in MLflow's registry, and the aliases on them."""

from collections.abc import Callable

from wardian.tracking.announcement import Announcement
from wardian.tracking.campaign import CampaignCard, EntryCard
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.prompt_version import BEGUN_TAG, CAMPAIGN_TAG, CHAMPION, PromptVersion, candidates_of

__all__ = ["MlflowVersions"]


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
        self._begun = card.whole.started_ms
        self.left: tuple[str, ...] = ()
        """Aliases that were left where they were, after `register`: why, a line each."""

    def register(self) -> dict[str, PromptVersion]:
        """The versions among the candidates, by text."""
        card = self._card
        if self._prompts.aliased(card.prompt, CHAMPION) is None:
            self._prompts.point(CHAMPION, self._baseline(card.prompt, card.original))
        versions = {card.original: self._baseline(self._tried, card.original)}
        for entry in card.entries:
            versions[entry.text] = self._entered(self._tried, entry)
        self.left = tuple(filter(None, (self._announced(entry) for entry in card.entries if entry.promoted)))
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
        """That of a text of this campaign.

        A prompt's own name has a text once: what later campaigns found is told by further tags. Among the candidates, a
        text that another campaign had tried is a version of its own.
        """

        def ours(each: PromptVersion) -> bool:
            return each.text == entry.text and each.tags.get(CAMPAIGN_TAG, self._card.run_id) == self._card.run_id

        parent = self._baseline(name, entry.parent)
        ours_too = {CAMPAIGN_TAG: self._card.run_id, BEGUN_TAG: str(self._begun)}
        tags = {**entry.tags, "parent": parent.label, "campaign_run": self._run_id, **ours_too}
        if entry.evidence:
            tags["evidence_uri"] = f"runs:/{self._run_id}/{entry.evidence}"
        known = self._known(name, ours)
        if known is None and name != self._tried:
            known = self._known(name, lambda each: each.text == entry.text)
        if known is None:
            return self._prompts.register(name, entry.text, entry.message, tags)
        return self._prompts.tag(known, known.tags_of(self._card.run_id, tags))

    def _announced(self, entry: EntryCard) -> str:
        """Put an alias on what a gate promoted; why not, if not."""
        announcement = Announcement(campaign=self._card.run_id, begun=self._begun, auto_promote=self._card.auto_promote)
        return announcement.make(self._prompts, self._entered(self._card.prompt, entry), entry.parent)

    def _known(self, name: str, fits: Callable[[PromptVersion], bool]) -> PromptVersion | None:
        """The newest one that fits."""
        return next((each for each in reversed(self._prompts.versions(name)) if fits(each)), None)
