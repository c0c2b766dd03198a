from support.episodes import EpisodeBuilder, update
from support.pages import ROOT

from wardian.environments.findings import CheckResult
from wardian.scoring.catalogue import CATALOGUE, reference_page
from wardian.scoring.trajectory import TrajectoryScorer

PAGE = ROOT / "docs/reference/metrics.md"


def test_the_reference_page_is_what_the_code_says() -> None:
    """Stale? `python -m wardian.scoring.catalogue > docs/reference/metrics.md`."""
    assert PAGE.read_text() == reference_page()


def test_names_are_unique_and_descriptions_fit_a_table() -> None:
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)
    assert not [metric.name for metric in CATALOGUE if "|" in metric.description.replace("`|`", "")]


async def test_what_a_score_leads_to_is_said() -> None:
    changed = update("orders", "W1", "status", "cancelled", before="open")
    builder = EpisodeBuilder().user("Is it free?").say("I have cancelled it for $13.37. Which order?").user("W1")
    builder.say("Which order?").user("Is it free?").call("no", error="unknown_tool").call("no", error="unknown_tool")
    builder.call("get", {"order_id": "W9"}, error="not_found").call("get", {"order_id": "W9"}, error="not_found")
    builder.call("look").call("look").call("cancel", changes=(changed,)).say("Sorry, I cannot do more.")
    rule = CheckResult(name="rule", passed=False, rule="forbids", actions=(8,))
    episode = builder.done(checks=(rule,), expected=(changed,), reference_reads=0)
    scores = [score for score in await TrajectoryScorer().score(episode) if score.evidence]
    said = {metric.name: metric.evidence for metric in CATALOGUE}
    assert len(scores) > 15
    assert not [score.metric for score in scores if not said[score.metric]]
