"""Prompts in MLflow's registry."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from wardian.tracking.prompt_version import PromptVersion, candidates_of

__all__ = ["MlflowPrompts"]

EXPERIMENTS: Final = "_mlflow_experiment_ids"
"""The tag by which an experiment's page finds its prompts: `,1,7,`. What mlflow does about it, it does in a thread that
nobody waits for, and for the experiment of the process, which need not be ours."""
ABSENT: Final = ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "INVALID_PARAMETER_VALUE")
"""What stores say of a prompt, a version or an alias that is not there."""
PAGE: Final = 1_000


class MlflowPrompts:
    """The registry.

    A prompt's own name has the text that it began with and those that a gate promoted, so that `NAME@latest` is safe to
    use; all others are versions of `NAME.candidates`.

    Args:
        client: of the store.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def used(self, name: str, text: str, message: str, tags: Mapping[str, str]) -> PromptVersion:
        """The version that says `text`, wherever it is; else a new one, a candidate unless nothing is there yet."""
        own, others = self.versions(name), self.versions(candidates_of(name))
        known = next((each for each in (*own, *others) if each.text == text), None)
        return known or self.register(candidates_of(name) if own else name, text, message, tags)

    def register(self, name: str, text: str, message: str, tags: Mapping[str, str]) -> PromptVersion:
        """A new version. Tags are set afterwards: what is registered with tags puts them on the prompt as well."""
        made = _version(name, self._client.register_prompt(name, text, message))
        return self.tag(made, tags)

    def tag(self, version: PromptVersion, tags: Mapping[str, str]) -> PromptVersion:
        """The version with these tags too; only what is new or different is sent."""
        for key, value in tags.items():
            if version.tags.get(key) != value:
                self._client.set_prompt_version_tag(version.name, version.version, key, value)
        return version.model_copy(update={"tags": {**version.tags, **tags}})

    def point(self, alias: str, version: PromptVersion) -> None:
        """Let `alias` be this version."""
        self._client.set_prompt_alias(version.name, alias, version.version)

    def versions(self, name: str) -> tuple[PromptVersion, ...]:
        """All of them, the oldest first; none when there is no such prompt."""
        found = (_version(name, each) for each in self._pages(name))
        return tuple(sorted(found, key=lambda each: each.version))

    def aliased(self, name: str, alias: str) -> PromptVersion | None:
        """The version that `alias` is; None when it is none."""
        return self._read(name, lambda: self._client.get_prompt_version_by_alias(name, alias))

    def numbered(self, name: str, version: int) -> PromptVersion | None:
        """The version with this number; None when there is none."""
        return self._read(name, lambda: self._client.get_prompt_version(name, version))

    def show(self, name: str, experiment_id: str) -> None:
        """Among the prompts of an experiment; a prompt may be those of several."""
        experiments = self.experiments(name)
        if experiment_id not in experiments:
            told = ",".join((*experiments, experiment_id))
            self._client.set_prompt_tag(name, EXPERIMENTS, f",{told},")

    def experiments(self, name: str) -> list[str]:
        """The experiments that show it."""
        prompt = self._client.get_prompt(name)
        known = "" if prompt is None else prompt.tags.get(EXPERIMENTS, "")
        return [each for each in known.split(",") if each]

    def _pages(self, name: str) -> Iterator[Any]:
        from mlflow.exceptions import MlflowException

        token: str | None = None
        while True:
            try:
                page = self._client.search_prompt_versions(name, PAGE, token)
            except MlflowException as error:
                if error.error_code not in ABSENT:
                    raise
                return
            yield from page
            token = page.token
            if not token:
                return

    def _read(self, name: str, ask: Callable[[], Any]) -> PromptVersion | None:
        from mlflow.exceptions import MlflowException

        try:
            found = ask()
        except MlflowException as error:
            if error.error_code not in ABSENT:
                raise
            return None
        return None if found is None else _version(name, found)


def _version(name: str, found: Any) -> PromptVersion:
    """Of MLflow's."""
    chat = not isinstance(found.template, str)
    return PromptVersion(
        name=name,
        version=int(found.version),
        text="" if chat else found.template,
        chat=chat,
        message=found.commit_message or "",
        tags=dict(found.tags),
    )
