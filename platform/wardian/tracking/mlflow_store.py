"""A store of MLflow: its client, and the experiment in it.

mlflow blocks, and its import alone takes seconds of CPU; so all of it happens in the courier's thread, or at the end.
"""

import getpass
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

from wardian.base.errors import Failure, InfraError, boundary

__all__ = ["asked", "experiment_in", "is_there", "open_client", "shown", "user"]

Answer = TypeVar("Answer")

EXPERIMENT_NOTE = "Agent evaluations by Wardian: see Evaluation runs, one for every job, with its arms below it."
SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""By itself mlflow waits 246 s for a server that is not there, and a repeated "create" whose first answer was lost
makes a second run: the courier tries again, and looks first. What the user has set stays."""


def open_client(uri: str) -> Any:
    """A client of the store, which says nothing on the terminal."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    from mlflow import MlflowClient

    for logger in ("mlflow", "alembic", "urllib3.connectionpool"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    if uri.startswith("sqlite:///"):
        _file(uri).parent.mkdir(parents=True, exist_ok=True)
    return MlflowClient(uri, uri)


def experiment_in(client: Any, uri: str, name: str) -> str:
    """The id of the experiment, made when it is not there.

    Raises:
        InfraError: when it is deleted.
    """
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        tags = {"mlflow.experimentKind": "genai_development", "mlflow.note.content": EXPERIMENT_NOTE}
        return str(client.create_experiment(name, _artifacts(uri, name), tags))
    if experiment.lifecycle_stage != "active":
        raise InfraError(f"the experiment '{name}' is deleted there; restore it, or set tracking.experiment")
    return str(experiment.experiment_id)


def user() -> str:
    """Who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may give no name to its user
        return "wardian"


def _artifacts(uri: str, experiment: str) -> str | None:
    """Beside a sqlite file, for MLflow would take the working directory; a server knows its own place."""
    if not uri.startswith("sqlite:///"):
        return None
    return f"{(_file(uri).parent.resolve() / 'mlflow-artifacts').as_uri()}/{quote(experiment, safe='')}"


def _file(uri: str) -> Path:
    return Path(uri.removeprefix("sqlite:///"))


def asked(uri: str, ask: Callable[[Any], Answer]) -> Answer:
    """What `ask` finds in the store, given its client; for commands that are about nothing else.

    Raises:
        InfraError: when the store does not answer, in a line and without its password.
    """
    failures: list[Failure] = []
    with boundary(failures.append):
        return ask(open_client(uri))
    lines = failures[0].message.replace(uri, shown(uri)).splitlines() or [failures[0].kind]
    raise InfraError(f"MLflow at {shown(uri)}: {lines[0][:300]}")


def is_there(uri: str) -> bool:
    """Whether there can be anything in a store: a file that nobody has written yet has nothing, and is not made."""
    return not uri.startswith("sqlite:///") or _file(uri).exists()


def shown(uri: str) -> str:
    """`uri` without what is secret in it."""
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}"))
