"""MLflow: one run for the job with a child run for every arm.

mlflow blocks, and its import alone takes seconds of CPU; so all of it happens in the courier's
thread, while episodes already run. Nothing that mlflow does or fails to do reaches the run.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from wardian.base.identity import digest
from wardian.tracking import description
from wardian.tracking.curves import Point
from wardian.tracking.mlflow_family import MlflowFamily
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.mlflow_store import experiment_in, open_client
from wardian.tracking.mlflow_traces import MlflowTraces, trace_id
from wardian.tracking.outbox import OUTBOX, Ended
from wardian.tracking.prompt_version import PromptVersion
from wardian.tracking.sample import SampledTrace
from wardian.tracking.summary import RunCard, RunStatus

__all__ = ["MlflowRuns"]

BATCH = 1_000
"""Metrics a call: as many as MLflow takes."""
NOTE_CHARACTERS = 5_000
STATUS: dict[RunStatus, str] = {"finished": "FINISHED", "failed": "FAILED"}
"""All others are KILLED, for MLflow knows no pause; the tag `wardian.status` says it."""
Arm = str | None
"""The name of an arm; None is the job's own run."""


class MlflowRuns:
    """`TrackedRuns` in MLflow: made, or found again by their tags.

    Args:
        uri: of the store.
        card: the run.
        started_ms: when it began, in milliseconds since the epoch.
    """

    def __init__(self, uri: str, card: RunCard, started_ms: int) -> None:
        self._client = open_client(uri)
        self._card = card
        self.experiment_id: str = experiment_in(self._client, uri, card.job.tracking.experiment)
        self._family = MlflowFamily(
            self._client, self.experiment_id, card.run_id, key="wardian.run_id", tag="wardian.arm"
        )
        self.ids: dict[Arm, str] = self._family.ids
        found = self._reopened()
        self.fresh = None not in found
        self._traces = MlflowTraces(uri, self.experiment_id)
        for arm in (None, *(arm.name for arm in card.arms)):
            run = self._family.admit(arm, found.get(arm), description.run_tags(card, arm), started_ms)
            self._log_params(arm, run)
        self._log_datasets()
        self._log_prompts()

    def draw(self, points: Iterable[Point]) -> None:
        """Log the points of the curves."""
        from mlflow.entities import Metric

        curves: dict[Arm, list[Any]] = {}
        for point in points:
            metrics = [Metric(name, value, point.at_ms, point.step) for name, value in point.values.items()]
            curves.setdefault(point.arm, []).extend(metrics)
        for arm, metrics in curves.items():
            self._log(arm, metrics)

    @property
    def run_id(self) -> str:
        """Of the job's own run."""
        return self.ids[None]

    def trace(self, sampled: Sequence[SampledTrace]) -> None:
        """Log episodes as traces of their arms' runs, and of the job's; a server that is too old for it gets none."""
        with suppress(NotImplementedError):
            self._traces.log(sampled)
            for arm, run in self.ids.items():
                linked = [trace_id(each) for each in sampled if arm in (None, each.arm)]
                self._client.link_traces_to_run(linked, run)

    def finish(self, ended: Ended, *, keep: bool) -> None:
        """Log the final numbers, keep the artifacts, and end the runs, the job's own one last."""
        try:
            self.draw(ended.points)
            self._tag(ended)
            for path in ended.artifacts if keep else ():
                self._keep(path)
        finally:
            self._end(ended)
        self._family.found()

    def _end(self, ended: Ended) -> None:
        for run in reversed(self.ids.values()):
            self._client.set_tag(run, "wardian.status", ended.status)
            self._client.set_terminated(run, STATUS.get(ended.status, "KILLED"), ended.at_ms)

    def _reopened(self) -> dict[Arm, Any]:
        """The runs that an earlier part of this run has made; they are running again."""
        found = self._family.found()
        for run in found.values():
            self._client.update_run(run.info.run_id, status="RUNNING")
            self._client.set_tag(run.info.run_id, "wardian.status", "running")
        return found

    def _log_params(self, arm: Arm, run: Any) -> None:
        """Those that are not there yet: MLflow refuses to change one, and a resumed run may use another executor."""
        from mlflow.entities import Param

        params = description.params(self._card, arm)
        new = [Param(key, value) for key, value in params.items() if key not in run.data.params]
        self._client.log_batch(run.info.run_id, params=new)

    def _log_datasets(self) -> None:
        """Every environment as an input of every run."""
        from mlflow.entities import Dataset, DatasetInput, InputTag

        inputs = []
        for environment in self._card.environments:
            source = orjson.dumps({"pack": environment.pack, "version": environment.version}).decode()
            profile = orjson.dumps(description.dataset_profile(self._card, environment)).decode()
            dataset = Dataset(environment.name, environment.digest, "wardian_pack", source, profile=profile)
            inputs.append(DatasetInput(dataset, [InputTag("mlflow.data.context", "evaluation")]))
        for run in self.ids.values():
            self._client.log_inputs(run, datasets=inputs)

    def _log_prompts(self) -> None:
        """The prompts in the registry, each linked to the runs of the arms that use it.

        The link is the tag that `link_prompt_version_to_run` sets; that function itself would set it in
        the store of the process, which need not be ours.
        """
        registry = MlflowPrompts(self._client)
        versions = {name: self._version(registry, name, text) for name, text in self._card.job.prompts.items()}
        for arm in self._card.arms:
            if arm.prompt in versions:
                version = versions[arm.prompt]
                link = {"name": version.name, "version": str(version.version)}
                self._client.set_tag(self.ids[arm.name], "mlflow.linkedPrompts", orjson.dumps([link]).decode())
                self._client.set_tag(self.ids[arm.name], "wardian.prompt_version", version.label)

    def _version(self, registry: MlflowPrompts, prompt: str, text: str) -> PromptVersion:
        """That of the job's `prompt`; the experiment shows it."""
        job = self._card.job
        name, origin = description.prompt_name(job, prompt), job.versions.get(prompt)
        version = None if origin is None else registry.numbered(origin.name, origin.version)
        if version is None:
            tags = {"wardian.job": job.name, "wardian.digest": digest(text)}
            version = registry.used(name, text, f"First used in {self._card.run_id}", tags)
        registry.show(version.name, self.experiment_id)
        return version

    def _log(self, arm: Arm, metrics: list[Any]) -> None:
        for start in range(0, len(metrics), BATCH):
            self._client.log_batch(self.ids[arm], metrics=metrics[start : start + BATCH])

    def _tag(self, ended: Ended) -> None:
        self._client.set_tag(self.run_id, "mlflow.note.content", ended.note[:NOTE_CHARACTERS])
        if ended.best_arm is not None:
            self._client.set_tag(self.run_id, "wardian.best_arm", ended.best_arm)
        for arm in (None, *ended.simulated) if ended.simulated else ():
            self._client.set_tag(self.ids[arm], "simulated", "true")

    def _keep(self, path: Path) -> None:
        """Keep a file under its own folders; what waits in the outbox, on top."""
        if (self._card.folder / path).exists():
            above = [part for part in path.parts[:-1] if part != OUTBOX]
            self._client.log_artifact(self.ids[None], str(self._card.folder / path), "/".join(above) or None)
