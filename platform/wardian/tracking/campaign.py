"""What a tracker is told of a campaign: values that follow from its record, so that the same may be told again."""

from collections.abc import Mapping
from pathlib import Path

from wardian.base.frozen import Frozen
from wardian.tracking.summary import RunStatus

__all__ = ["CampaignCard", "EntryCard", "StageCard", "StagePoint"]


class StagePoint(Frozen):
    """Values on curves at `step`; `at_ms` (milliseconds since the epoch) follows from the record too."""

    step: int
    at_ms: int
    values: Mapping[str, float]


class StageCard(Frozen):
    """One run of the campaign's: that for the whole, or a child for one of its stages.

    Args:
        name: the child's; "" for the whole.
        sha: digest of what it follows from: what has arrived with it is not told again.
        tags: its own.
        params: what was chosen.
        points: its curves.
        note: Markdown for people.
        artifacts: files, each with the folder that it is kept in, "" for on top.
        texts: prompts that it is about, for the links to their versions.
        status: None as long as it goes on.
        started_ms: in milliseconds since the epoch.
        ended_ms: the same.
    """

    name: str = ""
    sha: str
    tags: Mapping[str, str] = {}
    params: Mapping[str, str] = {}
    points: tuple[StagePoint, ...] = ()
    note: str = ""
    artifacts: tuple[tuple[Path, str], ...] = ()
    texts: tuple[str, ...] = ()
    status: RunStatus | None = None
    started_ms: int = 0
    ended_ms: int = 0


class EntryCard(Frozen):
    """A text that entered a gate.

    Args:
        text: all of the version, as one.
        parent: the champion that it was measured against.
        message: in a line: cluster, edit, gain, pairs.
        tags: what the registry keeps of the verdict, without `parent` and links.
        evidence: the artifact with what it answers; "" for none.
        promoted: whether the gate let it through.
    """

    text: str
    parent: str
    message: str
    tags: Mapping[str, str]
    evidence: str = ""
    promoted: bool = False


class CampaignCard(Frozen):
    """A campaign as far as it has got.

    Args:
        run_id: of its folder.
        experiment: where its runs are.
        prompt: the name of what is refined.
        original: the text that it began with.
        shas: content hashes of the versions that it began with and measured against, by text.
        entries: all that entered a gate, in order.
        auto_promote: whether the last of them that was promoted is in use at once.
        whole: the run for all of it.
        stages: its children, in order.
    """

    run_id: str
    experiment: str
    prompt: str
    original: str
    shas: Mapping[str, str] = {}
    entries: tuple[EntryCard, ...] = ()
    auto_promote: bool = False
    whole: StageCard
    stages: tuple[StageCard, ...] = ()
