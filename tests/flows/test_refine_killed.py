"""kill -9 of a campaign in the middle of its stages: the same verdict, no episode and no paid call twice."""

from pathlib import Path

from support.campaign_project import CampaignProject, Provider, campaign_project, counting, verdict_of

IN_FLIGHT = 16
POINTS = (0.1, 0.25, 0.8)
"""Shares of all answers after which the process dies: in the preflight, in the race and in the gate."""


def killed_at(project: CampaignProject, provider: Provider, answers: int) -> str:
    """Go on until so many answers were given, then end it without a word; the stage that was noted last."""
    project.broken_off(provider, answers, "resume", "last")
    return project.record.stage if (project.run.path / "campaign.json").exists() else "begun"


def test_a_killed_campaign_comes_to_the_same_verdict(tmp_path: Path) -> None:
    with counting(tmp_path) as provider, counting(tmp_path) as other:
        broken = campaign_project(tmp_path / "broken", provider)
        broken.broken_off(provider, 1, "refine", "job.yaml")
        whole = broken.twin(tmp_path / "whole", other)
        whole.done("resume", "last")
        stages = [killed_at(broken, provider, round(point * other.count)) for point in POINTS]
        broken.done("refine", "--resume", "last")
        assert set(provider.proposals().values()) == {1}, "an edit was paid for twice"
        assert provider.repeated() <= (1 + len(POINTS)) * IN_FLIGHT
    assert verdict_of(broken.record) == verdict_of(whole.record)
    assert broken.record.gates
    assert len(set(stages)) > 1, stages
    results = [each.result.episode for each in broken.manifest()]
    assert len(results) == len(set(results)), "an episode was finished twice"
