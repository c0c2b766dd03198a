"""Scorers of users' own: how they are found, what they may give, and what becomes of mistakes."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.episodes import EpisodeBuilder

from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.episodes.record import Episode
from wardian.runs.supervision import Supervision
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.opening import opened_scorers
from wardian.scoring.own import OwnScorer, ScorerCard, Scorers, UserScorer
from wardian.scoring.score import Score, Scored
from wardian.specs.job import Limits

THANKS = Metric(name="thanks", unit="number", better="higher", high=9.0, description="Thanks.")
CARD = ScorerCard(name="polite", version="2.1", metrics=(THANKS,))


class Polite:
    metrics = (THANKS,)

    async def score(self, episode: Episode) -> list[Score]:
        said = [place for place, event in enumerate(episode.events) if event.kind == "asked"]
        return [THANKS.score(len(said), said)]


class Giving:
    """Gives what it is told to."""

    metrics = (THANKS,)

    def __init__(self, *given: Any) -> None:
        self._given = given

    def score(self, episode: Episode) -> Sequence[Score]:
        return self._given


def unchecked(**parts: Any) -> Score:
    """A score as somebody makes it who runs no type checker."""
    return Score("thanks", 1.0, **parts)


class Breaking:
    metrics = (THANKS,)

    def score(self, episode: Episode) -> list[Score]:
        raise KeyError("no such thing")


async def judged(scorer: UserScorer, episode: Episode) -> Scored:
    watchdog = Watchdog()
    with watchdog.watching():
        return await Supervision(watchdog, Limits(), Scorers([OwnScorer(CARD, scorer)])).scored(episode)


async def test_its_scores_stand_behind_ours_and_are_signed() -> None:
    scored = await judged(Polite(), EpisodeBuilder().user("Hi").say("Thank you.").done())
    *ours, last = scored.scores
    assert [each.metric for each in ours] == [metric.name for metric in CATALOGUE]
    assert {each.scorer for each in ours} == {""}
    assert last == Score("thanks", 1.0, (1,), scorer="polite@2.1")
    assert Scored.model_validate_json(scored.model_dump_json()) == scored


async def test_a_plain_method_is_as_good() -> None:
    assert (await judged(Giving(Score("thanks", 2)), EpisodeBuilder().done())).value("thanks") == 2.0


async def test_a_list_of_positions_is_as_good_as_a_tuple() -> None:
    scored = await judged(Giving(unchecked(evidence=[0])), EpisodeBuilder().say("Hi").done())
    assert scored.scores[-1].evidence == (0,)
    assert Scored.model_validate_json(scored.model_dump_json()) == scored


async def test_a_missing_episode_is_not_shown_to_it() -> None:
    assert (await judged(Breaking(), EpisodeBuilder().broken("provider"))).failure is None


@pytest.mark.parametrize(
    ("scorer", "why"),
    [
        (Breaking(), "KeyError: 'no such thing'"),
        (Giving(0.5), "it gave float instead of a Score"),
        (Giving(Score("turns", 1.0)), "turns is none of its metrics"),
        (Giving(Score("thanks", math.nan)), "thanks is nan"),
        (Giving(Score("thanks", -2.0)), "thanks is -2, below its `low` of 0"),
        (Giving(Score("thanks", 9.5)), "thanks is 9.5, above its `high` of 9"),
        (Giving(Score("thanks", 1.0, (7,))), "the evidence of thanks is no position in the events"),
        (Giving(unchecked(evidence=(0.5,))), "TypeError: 'float' object cannot be interpreted as an integer"),
        (Giving(unchecked(explanation=None)), "the explanation of thanks is NoneType instead of a str"),
        (Giving(unchecked(explanation="\ud800")), "the explanation of thanks has a lone surrogate"),
    ],
)
async def test_what_it_does_wrong_is_the_graders_failure(scorer: UserScorer, why: str) -> None:
    scored = await judged(scorer, EpisodeBuilder().say("Hi").done())
    assert scored.failure is not None
    assert (scored.failure.cause, scored.failure.kind) == ("grader", "ScorerFault")
    assert scored.failure.message.startswith("scorer polite: ")
    assert scored.failure.message.endswith(why)
    assert not scored.scores


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of the user's in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    (tmp_path / "mine.py").write_text(
        "from wardian.scoring.metric import Metric\n"
        "def metric(name): return Metric(name=name, unit='number', better='higher', description='x')\n"
        "class Good:\n"
        "    metrics = (metric('good'),)\n"
        "    def score(self, episode): return []\n"
        "class Twin(Good): name = 'Good'\n"
        "class Other(Twin): metrics = (metric('other'),)\n"
        "class Versioned(Good):\n"
        "    name, version = 'quality', '3'\n"
        "ready = Versioned()\n"
        "class Taken(Good): metrics = (metric('success'),)\n"
        "class NoMetrics:\n"
        "    def score(self, episode): return []\n"
        "class Empty(Good): metrics = ()\n"
        "class Spaced(Good): name = 'a b'\n"
        "class Needy(Good):\n"
        "    def __init__(self, more): pass\n"
    )
    return tmp_path


@pytest.mark.usefixtures("module")
def test_a_class_or_an_object_at_an_import_path() -> None:
    (good,) = opened_scorers(("mine:Good",)).cards
    assert (good.name, good.version, good.metrics[0].name) == ("Good", "1", "good")
    (ready,) = opened_scorers(("mine:ready",)).cards
    assert (ready.name, ready.version) == ("quality", "3")


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("mine:Godo",), "scorers.0: mine:Godo: the module has no 'Godo'"),
        (("mime:Good",), "scorers.0: mime:Good: there is no module 'mime'"),
        (("mine:Good", "mine:Twin"), "scorers.1: mine:Twin: another scorer is called 'Good'"),
        (("mine:Good", "mine:Other"), "scorers.1: mine:Other: another scorer is called 'Good'"),
        (("mine:Good", "mine:Versioned"), "scorers.1: mine:Versioned: the metric 'good' is one of 'mine:Good' already"),
        (("mine:Taken",), "scorers.0: mine:Taken: the metric 'success' is one of Wardian already"),
        (("mine:NoMetrics",), "scorers.0: mine:NoMetrics: no scorer: it needs `metrics`"),
        (("mine:metric",), "scorers.0: mine:metric: no scorer: it needs `metrics`"),
        (("mine:Empty",), "scorers.0: mine:Empty: metrics: "),
        (("mine:Spaced",), "scorers.0: mine:Spaced: name: "),
        (("mine:Needy",), "scorers.0: mine:Needy: cannot be made: "),
        (("nobody",), "scorers.0: no installed package offers a scorer 'nobody'; "),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(names: tuple[str, ...], why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        opened_scorers(names)
    assert str(refused.value).startswith(why)


def test_an_installed_package_offers_scorers(module: Path) -> None:
    about = module / "offered-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[wardian.scorers]\nquality = mine:Good\n")
    (card,) = opened_scorers(("quality",)).cards
    assert (card.name, card.metrics[0].name) == ("quality", "good")
