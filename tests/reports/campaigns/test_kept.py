"""The record of a campaign in its run: never less than was known, and no stop that is over."""

from pathlib import Path

from support.campaigns import campaign, campaign_folder, campaign_job, gate_record

from wardian.reports.campaigns.kept import keep, kept, reopen


def test_a_stop_is_over_when_the_campaign_goes_on_with_another_budget(tmp_path: Path) -> None:
    """Whoever is killed before it has caught up leaves no campaign that seems to have ended."""
    folder = campaign_folder(campaign_job(tmp_path), 1)
    gates = (gate_record(1, "futile", 1), gate_record(2, "futile", 2))
    ended = campaign(gates, name=folder.id).model_copy(update={"stop": "budget", "why": "12 episodes are left"})
    keep(folder, ended)
    reopen(folder, ended.spec)
    assert kept(folder) == ended, "with the same budget it would come to the same stop"
    richer = ended.spec.model_copy(update={"budget": ended.spec.budget.model_copy(update={"episodes": 99_999})})
    reopen(folder, richer)
    opened = ended.model_copy(update={"spec": richer, "stop": None, "why": ""})
    assert kept(folder) == opened
    assert keep(folder, opened.model_copy(update={"gates": gates[:1]})) == opened, "what was known stays"
