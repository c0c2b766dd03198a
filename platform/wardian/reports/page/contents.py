"""What the script of the page finds in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wardian.base.frozen import Frozen
from wardian.reports.campaigns.account import CampaignAccount
from wardian.reports.details import detail_sections
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.page.index import Index
from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.failures.report import Failures
from wardian.scoring.failures.symptom import Detector
from wardian.scoring.metric import Metric

__all__ = ["Board", "Contents", "Head", "MetricCard", "boards", "metric_cards"]


class Head(Frozen):
    """What a run is called, and what is to be said of all of it.

    `version` is that of Wardian; `began` and `ended` are seconds since the epoch, of the first and last episode;
    `campaign` is what it was, where it was one; `sweep` says what came of one, whose arms did not play the same tasks.
    """

    run: str
    job: str
    version: str
    remark: str = ""
    began: float = 0.0
    ended: float = 0.0
    campaign: CampaignAccount | None = None
    sweep: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A leaderboard in numbers, and as the tables that are told everywhere else."""

    standings: Standings
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class MetricCard:
    """How a metric is read.

    `better`: in which direction; `evidence`: where the positions of its scores lead; `detail`: it says more of what
    another one says.
    """

    name: str
    unit: str = ""
    better: str = "neutral"
    description: str = ""
    evidence: str = ""
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything but the trajectories.

    Args:
        head: of the page.
        boards: over everything, then over each environment if there are several.
        metrics: those that some episode has.
        failures: what went wrong in them.
        meanings: what the detectors of that find.
        index: all episodes.
        folder: where the files with trajectories are, as the page names it; "" when there is none.
        shelf: how many episodes are in each of them.
    """

    head: Head
    boards: tuple[Board, ...]
    metrics: tuple[MetricCard, ...]
    failures: Failures
    meanings: Mapping[Detector, str]
    index: Index
    folder: str
    shelf: int


def boards(leaderboard: Leaderboard, head: Head, tables: Sequence[Section] = ()) -> tuple[Board, ...]:
    """The leaderboards of a run; `tables` of the whole run stand behind its ranking.

    Those of a campaign compare nobody: who was ahead in a race was chosen for it.
    """
    whole, *parts = (_own(each, head) for each in (leaderboard.standings(), *leaderboard.by_environment()))
    whole = whole.model_copy(update={"remark": head.remark})
    told = leaderboard_sections(whole)
    return (
        Board(whole, (*told[:1], *tables, *told[1:], *detail_sections(whole))),
        *(Board(each, (*leaderboard_sections(each), *detail_sections(each))) for each in parts),
    )


def _own(standings: Standings, head: Head) -> Standings:
    return standings if head.campaign is None else standings.model_copy(update={"comparisons": ()})


def metric_cards(names: Iterable[str], own: Sequence[Metric] = ()) -> tuple[MetricCard, ...]:
    """What is known of these metrics, in the order of the catalogue; users' `own` and others come last."""
    left = dict.fromkeys(names)
    cards = [
        MetricCard(each.name, each.unit, each.better, each.description, each.evidence, each.detail)
        for each in (*CATALOGUE, *own)
        if each.name in left
    ]
    known = {card.name for card in cards}
    return (*cards, *(MetricCard(name) for name in left if name not in known))
