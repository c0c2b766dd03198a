"""The arms of a campaign by what they were in it, for people who do not know versions by their hashes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.ground import TWIN, arm_of
from wardian.scoring.finished import Finished

__all__ = ["arm_names", "named"]


def arm_names(record: CampaignRecord) -> Mapping[str, str]:
    """What each arm of the campaign is called: the champion that it found, and candidates by their numbers."""
    names = {arm_of(record.original): "champion"}
    for candidate in record.candidates:
        if candidate.bundle is not None:
            names.setdefault(arm_of(candidate.bundle), f"candidate {candidate.number}")
    return names | {f"{arm}{TWIN}": f"{name} again (A/A)" for arm, name in names.items()}


def named(latest: Iterable[Finished], names: Mapping[str, str]) -> Iterator[Finished]:
    """The same episodes, played by arms of these names; an arm without one keeps its own."""
    for each in latest:
        name = names.get(each.result.arm, each.result.arm)
        yield replace(each, result=replace(each.result, arm=name))
