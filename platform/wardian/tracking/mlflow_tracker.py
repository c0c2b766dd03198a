"""MLflow: one run for the job with a child run for every arm. The only file that imports mlflow.

mlflow blocks, and its import alone takes seconds of CPU; so all of it happens in the exporter's
thread, while episodes already run. Nothing that mlflow does or fails to do reaches the run.
"""

import getpass
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from wardian.base.clock import Clock
from wardian.base.errors import Failure, InfraError
from wardian.base.identity import digest
from wardian.scoring.score import Scored
from wardian.tracking import description
from wardian.tracking.curves import Curves, Point
from wardian.tracking.exporter import Exporter
from wardian.tracking.summary import Figure, RunCard, RunStatus, RunSummary, Tracked

__all__ = ["MlflowTracker"]

BATCH = 1_000
"""Metrics a call: as many as MLflow takes."""
NOTE_CHARACTERS = 5_000
EXPERIMENT_NOTE = "Agent evaluations by Wardian: see Evaluation runs, one for every job, with its arms below it."
STATUS: dict[RunStatus, str] = {"finished": "FINISHED", "failed": "FAILED"}
"""All others are KILLED, for MLflow knows no pause; the tag `wardian.status` says it."""
SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
"""By itself mlflow waits 246 s for a server that is not there. What the user has set stays."""

Arm = str | None
"""The name of an arm; None is the job's own run."""


class MlflowTracker:
    """A `Tracker` on the MLflow store at `uri`.

    A store that is slow, broken or absent costs the run nothing: what is missing there is said once,
    in the `Tracked` that `finish` returns, which also stands in `tracking.json` of the run's folder.
    """

    def __init__(self, uri: str, clock: Clock, *, finish_timeout_s: float = 60.0) -> None:
        self._uri = uri
        self._clock = clock
        self._finish_timeout_s = finish_timeout_s
        self._exporter: Exporter[Point] = Exporter(self._export, self._failed)
        self._runs: _Runs | None = None
        self._complete = False
        self._problem = ""

    async def start(self, card: RunCard) -> None:
        """Let the thread import mlflow and open the runs; returns at once."""
        self._card = card
        self._curves = Curves(card.episodes, len(card.arms))
        self._started_ms = self._now_ms()
        self._exporter.start()

    async def write(self, scored: Scored) -> None:
        """Add one result to the curves."""
        for point in self._curves.add(scored):
            self._exporter.put(point)

    async def close(self) -> None:
        """Nothing yet: `finish` writes what waits."""

    async def finish(self, summary: RunSummary) -> Tracked:
        """Write the final numbers, the note and the artifacts, and end the runs."""
        try:
            await self._exporter.finish(lambda: self._finish(summary), self._finish_timeout_s)
        except TimeoutError:
            self._problem = f"no answer within {self._finish_timeout_s:.0f} s"
        tracked = self._tracked()
        (self._card.folder / "tracking.json").write_text(tracked.model_dump_json(indent=2))
        return tracked

    def _export(self, points: tuple[Point, ...]) -> None:
        self._opened().draw(points)

    def _finish(self, summary: RunSummary) -> None:
        self._opened().finish(summary, self._curves, self._now_ms())
        self._complete = True

    def _opened(self) -> "_Runs":
        """The runs, opened by the first call that reaches the store."""
        if self._runs is None:
            self._runs = _Runs(self._uri, self._card, self._started_ms)
        return self._runs

    def _now_ms(self) -> int:
        return int(self._clock.now() * 1000)

    def _failed(self, failure: Failure) -> None:
        self._problem = failure.message.replace(self._uri, _shown(self._uri)).splitlines()[0][:300]

    def _tracked(self) -> Tracked:
        uri, runs = _shown(self._uri), self._runs
        problem = None
        if not self._complete:
            problem = f"MLflow at {uri} misses a part of this run ({self._problem}); its folder has everything"
        if runs is None:
            return Tracked(uri=uri, problem=problem)
        return Tracked(uri=uri, experiment_id=runs.experiment_id, run_id=runs.ids[None], problem=problem)


class _Runs:
    """The runs of one job in an open store: made, or found again. Every step may be repeated."""

    def __init__(self, uri: str, card: RunCard, started_ms: int) -> None:
        self._client = _client(uri)
        self._card = card
        self._started_ms = started_ms
        self.experiment_id: str = self._experiment(_artifacts(uri, card.job.tracking.experiment))
        found = self._found()
        self.ids: dict[Arm, str] = {}
        for arm in (None, *(arm.name for arm in card.arms)):
            run = found.get(arm) or self._create(arm)
            self.ids[arm] = run.info.run_id
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

    def finish(self, summary: RunSummary, curves: Curves, at_ms: int) -> None:
        """Log the final numbers, keep the artifacts, and end the runs, the job's own one last."""
        try:
            self.draw(curves.last())
            for arm in summary.arms:
                self._log_figures(arm.arm, arm.figures, curves, at_ms)
            self._log_figures(None, summary.figures, curves, at_ms)
            self._tag(summary, curves)
            for path in summary.artifacts:
                self._keep(path)
        finally:
            for run in reversed(self.ids.values()):
                self._client.set_tag(run, "wardian.status", summary.status)
                self._client.set_terminated(run, STATUS.get(summary.status, "KILLED"))

    def _experiment(self, artifacts: str | None) -> str:
        name = self._card.job.tracking.experiment
        experiment = self._client.get_experiment_by_name(name)
        if experiment is None:
            tags = {"mlflow.experimentKind": "genai_development", "mlflow.note.content": EXPERIMENT_NOTE}
            return str(self._client.create_experiment(name, artifacts, tags))
        if experiment.lifecycle_stage != "active":
            raise InfraError(f"the experiment '{name}' is deleted there; restore it, or set tracking.experiment")
        return str(experiment.experiment_id)

    def _found(self) -> dict[Arm, Any]:
        """The runs that an earlier part of this run has made; they are running again."""
        chosen = f"tags.`wardian.run_id` = '{self._card.run_id}'"
        runs = self._client.search_runs([self.experiment_id], chosen, max_results=1_000)
        for run in runs:
            self._client.update_run(run.info.run_id, status="RUNNING")
            self._client.set_tag(run.info.run_id, "wardian.status", "running")
        return {run.data.tags.get("wardian.arm"): run for run in runs}

    def _create(self, arm: Arm) -> Any:
        tags = description.run_tags(self._card, arm) | {"mlflow.user": _user()}
        if arm is not None:
            tags["mlflow.parentRunId"] = self.ids[None]
        name = arm or self._card.run_id
        return self._client.create_run(self.experiment_id, self._started_ms, tags, name)

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
        versions = {name: self._version(name, text) for name, text in self._card.job.prompts.items()}
        for arm in self._card.arms:
            if arm.prompt in versions:
                link = {"name": description.prompt_name(self._card, arm.prompt), "version": versions[arm.prompt]}
                self._client.set_tag(self.ids[arm.name], "mlflow.linkedPrompts", orjson.dumps([link]).decode())
                self._client.set_tag(self.ids[arm.name], "wardian.prompt_version", f"{link['name']}/{link['version']}")

    def _version(self, prompt: str, text: str) -> str:
        """The version of `prompt` that says `text`; a new one when none does."""
        from mlflow.exceptions import MlflowException

        name = description.prompt_name(self._card, prompt)
        try:
            versions = self._client.search_prompt_versions(name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            versions = []
        for version in versions:
            if version.template == text:
                return str(version.version)
        tags = {"wardian.job": self._card.job.name, "wardian.digest": digest(text)}
        new = self._client.register_prompt(name, text, f"First used in {self._card.run_id}", tags)
        return str(new.version)

    def _log_figures(self, arm: Arm, figures: Iterable[Figure], curves: Curves, at_ms: int) -> None:
        from mlflow.entities import Metric

        step = curves.episodes(arm)
        values = description.metric_values(figures)
        self._log(arm, [Metric(name, value, at_ms, step) for name, value in values.items()])

    def _log(self, arm: Arm, metrics: list[Any]) -> None:
        for start in range(0, len(metrics), BATCH):
            self._client.log_batch(self.ids[arm], metrics=metrics[start : start + BATCH])

    def _tag(self, summary: RunSummary, curves: Curves) -> None:
        job = self.ids[None]
        self._client.set_tag(job, "mlflow.note.content", summary.note[:NOTE_CHARACTERS])
        if summary.arms:
            self._client.set_tag(job, "wardian.best_arm", summary.arms[0].arm)
        for run in (self.ids[arm] for arm in (None, *curves.simulated) if curves.simulated):
            self._client.set_tag(run, "simulated", "true")

    def _keep(self, path: Path) -> None:
        if path.is_dir():
            self._client.log_artifacts(self.ids[None], str(path), path.name)
        elif path.exists():
            self._client.log_artifact(self.ids[None], str(path))


def _client(uri: str) -> Any:
    """A client of the store, which says nothing on the terminal."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    from mlflow import MlflowClient

    for logger in ("mlflow", "alembic", "urllib3.connectionpool"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    if uri.startswith("sqlite:///"):
        _file(uri).parent.mkdir(parents=True, exist_ok=True)
    return MlflowClient(uri, uri)


def _artifacts(uri: str, experiment: str) -> str | None:
    """Beside a sqlite file, for MLflow would take the working directory; a server knows its own place."""
    if not uri.startswith("sqlite:///"):
        return None
    return f"{(_file(uri).parent.resolve() / 'mlflow-artifacts').as_uri()}/{quote(experiment, safe='')}"


def _file(uri: str) -> Path:
    return Path(uri.removeprefix("sqlite:///"))


def _shown(uri: str) -> str:
    """`uri` without what is secret in it."""
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}"))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may give no name to its user
        return "wardian"
