"""Keys and passwords, found where they are needed: never in a config, a job's record or a message."""

import re
from collections.abc import Mapping

from wardian.base.errors import CredentialError
from wardian.specs.endpoints import Deployment
from wardian.specs.models import SimulatorServer
from wardian.specs.places import KeyPath, spell
from wardian.specs.roster import Roster
from wardian.specs.tracking import TrackingSpec

__all__ = ["api_key", "check_keys", "simulator_key", "tracking_uri", "without_keys", "without_password"]

SENDABLE = re.compile(r"[\x21-\x7e]+")
"""What an HTTP header can carry."""
PASSWORD = re.compile(r"^([a-z][a-z0-9+.-]*://[^/?#:@]*):[^/?#]*@", re.IGNORECASE)


def api_key(place: Deployment, environ: Mapping[str, str]) -> str | None:
    """The key for a place of a model out of `environ`; None when it needs none.

    Raises:
        CredentialError: naming the variable and the place, never the value.
    """
    return _key((*place.path, "api_key_env"), place.spec.api_key_env, environ)


def simulator_key(server: str, spec: SimulatorServer, environ: Mapping[str, str]) -> str | None:
    """The one key that a simulator lets in; None when it lets everybody in.

    Raises:
        CredentialError: naming the variable, never the value.
    """
    return _key(("servers", server, "api_key_env"), spec.api_key_env, environ)


def check_keys(job: Roster, environ: Mapping[str, str]) -> None:
    """Make sure that every key is there which the job's models, and servers of its own, will need.

    Raises:
        CredentialError: naming the variable and who needs it.
    """
    for place in job.deployments.values():
        api_key(place, environ)
    for name, server in job.own_servers.items():
        if server.kind == "simulator":
            simulator_key(name, server, environ)


def without_keys(job: Roster, environ: Mapping[str, str]) -> dict[str, str]:
    """What a program of somebody else may find of `environ`: the variables that the job names for keys are ours."""
    places = [place.spec.api_key_env for name, model in job.models.items() for place in model.places(name)]
    servers = [server.api_key_env for server in job.servers.values() if server.kind == "simulator"]
    ours = {*places, *servers}
    return {name: value for name, value in environ.items() if name not in ours}


def tracking_uri(spec: TrackingSpec, environ: Mapping[str, str]) -> str | None:
    """Where MLflow writes, with the password that only MLFLOW_TRACKING_URI has; None for the default."""
    complete = environ.get("MLFLOW_TRACKING_URI", "")
    return complete if complete and without_password(complete) == spec.uri else spec.uri


def without_password(uri: str) -> str:
    """`uri` as it may be recorded: the user stays, the password does not."""
    return PASSWORD.sub(r"\1@", uri)


def _key(path: KeyPath, variable: str | None, environ: Mapping[str, str]) -> str | None:
    if variable is None:
        return None
    key = environ.get(variable, "").strip()
    if SENDABLE.fullmatch(key):
        return key
    state = "holds characters that no API key has" if key else "is not set"
    raise CredentialError(f"{spell(path)}: the environment variable '{variable}' {state}")
