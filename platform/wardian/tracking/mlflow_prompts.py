"""Prompts in MLflow's registry."""

from typing import Any, Final

from wardian.base.identity import digest
from wardian.tracking import description
from wardian.tracking.summary import RunCard

__all__ = ["MlflowPrompts"]

EXPERIMENTS: Final = "_mlflow_experiment_ids"
"""The tag by which an experiment's page finds its prompts: `,1,7,`. What mlflow does about it, it does in a thread that
nobody waits for, and for the experiment of the process, which need not be ours."""


class MlflowPrompts:
    """The registry, with what a run needs of it.

    Args:
        client: of the store.
        card: the run.
        experiment_id: where the run is.
    """

    def __init__(self, client: Any, card: RunCard, experiment_id: str) -> None:
        self._client = client
        self._card = card
        self._experiment_id = experiment_id

    def version(self, prompt: str, text: str) -> str:
        """The version of `prompt` that says `text`, a new one when none does; the experiment shows it."""
        name = description.prompt_name(self._card.job.name, prompt)
        version = next((each for each in self._versions(name) if each.template == text), None)
        if version is None:
            tags = {"wardian.job": self._card.job.name, "wardian.digest": digest(text)}
            version = self._client.register_prompt(name, text, f"First used in {self._card.run_id}", tags)
        self._show(name)
        return str(version.version)

    def _versions(self, name: str) -> list[Any]:
        from mlflow.exceptions import MlflowException

        try:
            return list(self._client.search_prompt_versions(name))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            return []

    def _show(self, name: str) -> None:
        """Among the experiment's prompts; a prompt may be those of several."""
        known = self._client.get_prompt(name).tags.get(EXPERIMENTS, "").strip(",")
        experiments = [each for each in known.split(",") if each]
        if self._experiment_id not in experiments:
            told = ",".join((*experiments, self._experiment_id))
            self._client.set_prompt_tag(name, EXPERIMENTS, f",{told},")
