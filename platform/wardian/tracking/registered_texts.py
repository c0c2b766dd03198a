"""Prompts of configs out of MLflow's registry."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wardian.base.errors import ConfigError, InfraError
from wardian.specs.registered import RegisteredText
from wardian.specs.secrets import tracking_uri
from wardian.specs.tracking import TrackingSpec
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.mlflow_store import asked, is_there, shown
from wardian.tracking.prompt_version import PromptVersion
from wardian.tracking.tracker import default_uri

__all__ = ["RegisteredTexts"]

REFERENCE: Final = re.compile(r"prompts:/([A-Za-z0-9_.-]+)(?:@([A-Za-z0-9_.-]+)|/([1-9]\d*))")


class RegisteredTexts:
    """A `Registry`; mlflow is imported when a config has something to read there.

    Args:
        environ: where the password of the store is.
        beside: the folder that a store is in which no config names, for an output that is no folder.
    """

    def __init__(self, environ: Mapping[str, str], beside: Path) -> None:
        self._environ = environ
        self._beside = beside

    def read(self, reference: str, uri: str | None, output: str | None) -> RegisteredText:
        """The text at a reference.

        Raises:
            ValueError: in a line, when there is none, or the store does not answer.
        """
        if (form := REFERENCE.fullmatch(reference)) is None:
            raise ValueError(f"'{reference}' is no prompt; expected prompts:/NAME@ALIAS or prompts:/NAME/VERSION")
        folder = self._beside if output is None or "://" in output else Path(output)
        store = tracking_uri(TrackingSpec(uri=uri), self._environ) or default_uri(folder)
        if not is_there(store):
            raise ValueError(f"nothing is in MLflow at {shown(store)} yet, so there is no '{reference}'")
        name, alias, number = form.groups()
        try:
            found = asked(store, lambda client: _found(client, name, alias, number))
        except (ConfigError, InfraError) as error:
            raise ValueError(str(error)) from None
        return RegisteredText(name=found.name, version=found.version, text=found.text)


def _found(client: Any, name: str, alias: str | None, number: str | None) -> PromptVersion:
    prompts = MlflowPrompts(client)
    found = prompts.aliased(name, alias) if number is None and alias else prompts.numbered(name, int(number or 0))
    if found is None:
        known = ", ".join(str(each.version) for each in prompts.versions(name))
        what = f"no alias '{alias}'" if alias else f"no version {number}"
        raise ConfigError(f"'{name}' has {what}; versions: {known}" if known else f"there is no prompt '{name}' there")
    if found.chat:
        raise ConfigError(f"'{found.label}' is a list of messages; an agent's prompt is one text")
    return found
