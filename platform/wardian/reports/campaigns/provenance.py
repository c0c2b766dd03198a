"""Where a version comes from: its edits, and which mistake each of its rules was written for."""

from collections.abc import Iterator, Mapping

from wardian.base.bundle import Bundle
from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord
from wardian.optimization.proposals.edit import Edit
from wardian.optimization.proposals.rules import BadEdit, written_by

__all__ = ["edits_of", "sources"]


def edits_of(record: CampaignRecord, candidate: CandidateRecord) -> tuple[Edit, ...]:
    """All edits between a candidate and the champion that it was to be better than, from the first to the last.

    A candidate may have been bred on another one, and a gate measures what both have changed.
    """
    champions = {record.original.sha, record.champion.sha, *(gate.champion.sha for gate in record.gates)}
    made = {each.bundle.sha: each for each in record.candidates if each.bundle is not None}
    found: list[Edit] = []
    step: CandidateRecord | None = candidate
    while step is not None:
        found += [] if step.edit is None else [step.edit]
        step = None if step.parent in champions else made.pop(step.parent, None)
    return tuple(reversed(found))


def sources(record: CampaignRecord, champion: Bundle, version: Bundle) -> Mapping[str, Mapping[str, str]]:
    """By component, the clusters of evidence that rules of `version` were written for, by the rules' texts.

    Args:
        record: the campaign in which `champion` became `version`, edit by edit.
        champion: whose rules have no source.
        version: may have come of several edits.
    """
    edits = list(_edits(record, champion, version))[::-1]
    return {
        component: _sources(champion.texts.get(component, ""), [each for each in edits if each.component == component])
        for component in {edit.component for edit in edits}
    }


def _edits(record: CampaignRecord, champion: Bundle, version: Bundle) -> Iterator[Edit]:
    """From the last to the first."""
    made = {each.bundle.sha: each for each in record.candidates if each.bundle is not None}
    sha = version.sha
    while sha != champion.sha and (candidate := made.pop(sha, None)) is not None:
        if candidate.edit is not None:
            yield candidate.edit
        sha = candidate.parent


def _sources(text: str, edits: list[Edit]) -> dict[str, str]:
    try:
        return {rule.text: rule.source for rule in written_by(text, edits) if rule.source}
    except BadEdit:  # somebody else than our proposer has written in between
        return {}
