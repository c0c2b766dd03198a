"""kill -9 of a campaign in the middle of its stages: the same verdict, no episode and no paid call twice."""

import os
import signal
import time
from pathlib import Path

from support.campaign_project import CampaignProject, Provider, campaign_project, counting, verdict_of

IN_FLIGHT = 16
POINTS = (0.1, 0.25, 0.8)
"""Shares of all answers after which the process dies: in the preflight, in the race and in the gate."""


def killed_at(project: CampaignProject, provider: Provider, answers: int, *words: str) -> str:
    """Play until so many answers were given, then end it without a word; the stage that was noted last."""
    process = project.begun(*words)
    while provider.count < answers:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    run = project.run
    return project.record.stage if (run.path / "campaign.json").exists() else "begun"


def test_a_killed_campaign_comes_to_the_same_verdict(tmp_path: Path) -> None:
    with counting(tmp_path) as provider:
        whole = campaign_project(tmp_path / "whole", provider)
        whole.done("refine", "job.yaml")
        total = provider.count
    with counting(tmp_path) as provider:
        broken = campaign_project(tmp_path / "broken", provider)
        stages = [killed_at(broken, provider, round(POINTS[0] * total), "refine", "job.yaml")]
        stages += [killed_at(broken, provider, round(point * total), "resume", "last") for point in POINTS[1:]]
        broken.done("refine", "--resume", "last")
        assert set(provider.proposals().values()) == {1}, "an edit was paid for twice"
        assert provider.repeated() <= len(POINTS) * IN_FLIGHT
    assert verdict_of(broken.record) == verdict_of(whole.record)
    assert broken.record.promoted is not None
    assert len(set(stages)) > 1, stages
    results = [each.result.episode for each in broken.manifest()]
    assert len(results) == len(set(results)), "an episode was finished twice"
