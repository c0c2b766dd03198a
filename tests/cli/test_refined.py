"""What of a job is refined, and what its calls may cost."""

from pathlib import Path

import pytest
from support.campaigns import campaign_job

from wardian.cli.refined import with_call_budget, with_changed_budget
from wardian.specs.job import JobSpec


def job(path: Path, usd: float, own: float | None) -> JobSpec:
    refine = {"reflection": {"model": "m-a"}, "budget": {"usd": usd}}
    agent = {"name": "support", "model": "m-a", "prompt": "support", "sampling": {"max_tokens": 100}}
    model = {"server": "sim", "price": {"input": 1, "output": 1}}
    budget = {} if own is None else {"budget": {"usd": own}}
    return campaign_job(path, refine=refine, agents=[agent], models={"m-a": model}, **budget)


@pytest.mark.parametrize(("own", "then"), [(None, 10.0), (5.0, 10.0), (0.5, 0.5)])
def test_a_campaign_that_goes_on_with_more_dollars_may_spend_them(
    tmp_path: Path, own: float | None, then: float
) -> None:
    """A budget of the job's own that was tighter stays."""
    before = with_call_budget(job(tmp_path, 1.0, own))
    richer = job(tmp_path, 10.0, own).model_copy(update={"budget": before.budget})
    moved = with_changed_budget(before, richer)
    assert moved.budget is not None
    assert moved.budget.usd == then
