"""A campaign in MLflow: a run with a child for every stage, and versions of its prompt."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from wardian.tracking.campaign import CampaignCard, StageCard
from wardian.tracking.description import PARAM_CHARACTERS
from wardian.tracking.mlflow_family import MlflowFamily
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.mlflow_store import experiment_in, open_client
from wardian.tracking.mlflow_versions import MlflowVersions
from wardian.tracking.prompt_version import PromptVersion
from wardian.tracking.summary import Tracked

__all__ = ["deliver_campaign"]

BATCH: Final = 1_000
"""Metrics a call: as many as MLflow takes."""
NOTE_CHARACTERS: Final = 5_000
SHA: Final = "wardian.sha"
"""The tag that is set last: all of the run has arrived that follows from what has this digest."""


def deliver_campaign(uri: str, card: CampaignCard) -> Tracked:
    """Bring a campaign to the store at `uri`; what is there already stays. Blocks, and raises what the store raises.

    Returns:
        Where it can be seen, with the address as it was given.
    """
    client = open_client(uri)
    experiment_id = experiment_in(client, uri, card.experiment)
    delivery = _Delivery(client, experiment_id, card)
    run_id = delivery.deliver()
    return Tracked(uri=uri, experiment_id=experiment_id, run_id=run_id, notes=delivery.left)


class _Delivery:
    def __init__(self, client: Any, experiment_id: str, card: CampaignCard) -> None:
        self._client = client
        self._experiment_id = experiment_id
        self._card = card
        self.left: tuple[str, ...] = ()
        self._family = MlflowFamily(client, experiment_id, card.run_id, key="wardian.campaign", tag="wardian.stage")

    def deliver(self) -> str:
        """The id of the run for the whole, whose digest is written when everything else is there."""
        card, found = self._card, self._family.found()
        whole = self._admit(card.whole, found)
        run_id = self._family.ids[None]
        if whole.data.tags.get(SHA) == card.whole.sha:
            return run_id
        prompts = MlflowPrompts(self._client)
        registry = MlflowVersions(prompts, card, run_id)
        versions = registry.register()
        self.left = registry.left
        for name in {card.prompt, *(version.name for version in versions.values())}:
            prompts.show(name, self._experiment_id)
        for stage in card.stages:
            run = self._admit(stage, found)
            if run.data.tags.get(SHA) != stage.sha:
                self._write(stage, run, versions)
        self._write(card.whole, whole, versions)
        return run_id

    def _admit(self, stage: StageCard, found: Mapping[str | None, Any]) -> Any:
        member = stage.name or None
        tags = {"wardian.stage": stage.name} if stage.name else {}
        return self._family.admit(member, found.get(member), tags, stage.started_ms)

    def _write(self, stage: StageCard, run: Any, versions: Mapping[str, PromptVersion]) -> None:
        from mlflow.entities import Metric, Param, RunTag

        run_id = run.info.run_id
        params = {key: value[:PARAM_CHARACTERS] for key, value in stage.params.items() if key not in run.data.params}
        links = [versions[text] for text in stage.texts if text in versions]
        tags = {**stage.tags, "mlflow.note.content": stage.note[:NOTE_CHARACTERS], **_linked(links)}
        self._client.log_batch(
            run_id,
            params=[Param(key, value) for key, value in params.items()],
            tags=[RunTag(key, value) for key, value in tags.items()],
        )
        metrics = [
            Metric(key, value, point.at_ms, point.step) for point in stage.points for key, value in point.values.items()
        ]
        for start in range(0, len(metrics), BATCH):
            self._client.log_batch(run_id, metrics=metrics[start : start + BATCH])
        for path, folder in stage.artifacts:
            self._client.log_artifact(run_id, str(path), folder or None)
        self._end(stage, run_id)
        self._client.set_tag(run_id, SHA, stage.sha)

    def _end(self, stage: StageCard, run_id: str) -> None:
        self._client.set_tag(run_id, "wardian.status", stage.status or "running")
        if stage.status is None:
            self._client.update_run(run_id, status="RUNNING")
        else:
            status = {"finished": "FINISHED", "failed": "FAILED"}.get(stage.status, "KILLED")
            self._client.set_terminated(run_id, status, stage.ended_ms)


def _linked(versions: list[PromptVersion]) -> dict[str, str]:
    links = [{"name": each.name, "version": str(each.version)} for each in versions]
    return {"mlflow.linkedPrompts": orjson.dumps(links).decode()} if links else {}
