"""Campaigns brought to an MLflow store, and what stands in it then."""

from pathlib import Path
from typing import Any, Final

from support.campaigns import PROMPT

from wardian.cli.recording import CampaignRecorder
from wardian.optimization.campaign.record import CampaignRecord
from wardian.runs.folder import RunFolder
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.summary import RunStatus, Tracked

__all__ = ["TRIED", "Store", "automatic", "note"]

TRIED: Final = f"{PROMPT}.candidates"


class Store:
    """What stands in the store."""

    def __init__(self, uri: str) -> None:
        from mlflow import MlflowClient

        self.client = MlflowClient(uri, uri)
        self.prompts = MlflowPrompts(self.client)

    @property
    def runs(self) -> dict[str | None, Any]:
        experiment = self.client.get_experiment_by_name("wardian")
        runs = self.client.search_runs([experiment.experiment_id])
        found = {run.data.tags.get("wardian.stage"): run for run in runs}
        assert len(found) == len(runs)
        return found

    def texts(self, name: str) -> list[str]:
        return [version.text for version in self.prompts.versions(name)]

    def aliases(self) -> dict[str, int]:
        found = {alias: self.prompts.aliased(PROMPT, alias) for alias in ("champion", "challenger", "previous")}
        return {alias: version.version for alias, version in found.items() if version is not None}

    def files(self, stage: str | None) -> set[str]:
        run = self.runs[stage].info.run_id
        return {entry.path for entry in self.client.list_artifacts(run)}

    def page(self, stage: str | None, name: str, to: Path) -> str:
        """An artifact, which is brought to a folder."""
        run = self.runs[stage].info.run_id
        return Path(self.client.download_artifacts(run, name, str(to))).read_text(encoding="utf-8")


async def note(folder: RunFolder, uri: str, *records: CampaignRecord, status: RunStatus = "finished") -> Tracked:
    """Tell the store of a campaign, stage by stage."""
    recorder = CampaignRecorder(folder, uri)
    for record in records:
        await recorder.note(record)
    return await recorder.finish(status)


def automatic(record: CampaignRecord) -> CampaignRecord:
    """The same with what it promotes in use at once."""
    return record.model_copy(update={"spec": record.spec.model_copy(update={"auto_promote": True})})
