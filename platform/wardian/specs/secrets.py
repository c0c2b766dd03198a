"""Keys and passwords, found where they are needed: never in a config, a job's record or a message."""

import re
from collections.abc import Mapping

from wardian.base.errors import CredentialError
from wardian.specs.job import TrackingSpec
from wardian.specs.models import ModelSpec
from wardian.specs.places import spell

__all__ = ["api_key", "tracking_uri", "without_password"]

SENDABLE = re.compile(r"[\x21-\x7e]+")
"""What an HTTP header can carry."""
PASSWORD = re.compile(r"^([a-z][a-z0-9+.-]*://[^/?#:@]*):[^/?#]*@", re.IGNORECASE)


def api_key(model: str, spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    """The key of the pool's `model` out of `environ`; None when the model needs none.

    Raises:
        CredentialError: naming the variable and the model, never the value.
    """
    if spec.api_key_env is None:
        return None
    key = environ.get(spec.api_key_env, "").strip()
    if SENDABLE.fullmatch(key):
        return key
    state = "holds characters that no API key has" if key else "is not set"
    path = spell(("models", model, "api_key_env"))
    raise CredentialError(f"{path}: the environment variable '{spec.api_key_env}' {state}")


def tracking_uri(spec: TrackingSpec, environ: Mapping[str, str]) -> str | None:
    """Where MLflow writes, with the password that only MLFLOW_TRACKING_URI has; None for the default."""
    complete = environ.get("MLFLOW_TRACKING_URI", "")
    return complete if complete and without_password(complete) == spec.uri else spec.uri


def without_password(uri: str) -> str:
    """`uri` as it may be recorded: the user stays, the password does not."""
    return PASSWORD.sub(r"\1@", uri)
