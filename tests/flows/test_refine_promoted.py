"""A campaign, what it leaves in MLflow, and the next run: with the new text once somebody has promoted it."""

from pathlib import Path

import pytest
import yaml
from support.campaign_project import CampaignProject, campaign_project, counting

from wardian.cli.loading import load
from wardian.cli.promoting import promote_prompt, roll_back
from wardian.tracking.mlflow_lineage import history_of
from wardian.tracking.mlflow_store import asked
from wardian.tracking.tracker import default_uri

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import

PROMPT = "refine_support.support"


def change(project: CampaignProject, **keys: object) -> None:
    path = project.folder / "job.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **keys}))


def test_a_promoted_version_is_what_the_same_config_plays_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with counting(tmp_path) as provider:
        project = campaign_project(tmp_path / "project", provider)
        change(project, tracking={"enabled": True})
        project.done("refine", "job.yaml")
        record = project.record
        assert record.stop == "promoted"
        before, after = record.original.texts["system"], record.champion.texts["system"]

        history = asked(default_uri(project.folder / "runs"), lambda client: history_of(client, PROMPT))
        assert [version.text for version in history.versions] == [before, after]
        assert history.aliases == {"champion": 1, "challenger": 2}
        assert len(history.candidates) == 1 + len(record.gates)
        assert all(version.tags["evidence_uri"] for version in history.candidates[1:])
        run = history.versions[1].tags["campaign_run"]
        kept = asked(default_uri(project.folder / "runs"), lambda client: client.list_artifacts(run))
        assert "report.html" in {entry.path for entry in kept}

        change(project, prompts={"support": f"prompts:/{PROMPT}@champion"}, refine=None)
        monkeypatch.chdir(project.folder)
        assert told() == before
        promote_prompt(record.id, None, "runs", {}, as_json=True)
        project.done("run", "job.yaml", "--set", "environments.0.tasks=2", "--set", "tracking.enabled=false")
        assert project.run.job().prompts["support"] == told() == after
        roll_back(PROMPT, "runs", {}, as_json=True)
        assert told() == before


def told() -> str:
    """What a run would tell the agent now."""
    return load(Path("job.yaml"), environ={}).prompts["support"]
