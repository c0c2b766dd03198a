"""From a YAML file to a `JobSpec`: every mistake of a config ends here, with its line and key."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from wardian.base.errors import ConfigError, CredentialError
from wardian.specs.document import Document
from wardian.specs.job import JobSpec
from wardian.specs.literal_keys import refuse_literal_keys
from wardian.specs.names import nearest
from wardian.specs.overrides import override, put
from wardian.specs.parsing import parse
from wardian.specs.places import KeyPath, Place, Problem, key_at_front
from wardian.specs.pools import include_pools
from wardian.specs.prompts import read_prompts
from wardian.specs.registered import Registry, read_registered
from wardian.specs.secrets import without_password
from wardian.specs.serving import ServeSpec
from wardian.specs.telemetry import otlp_variable
from wardian.specs.text_file import read_text
from wardian.specs.validation import validated

__all__ = ["changed", "load", "loaded", "loaded_serving", "parsed"]

LARGEST = 256 * 1024
UNSERVED: Final = JobSpec.model_fields.keys() - ServeSpec.model_fields.keys()
"""Keys of a job that a gateway has no use for: one file may be for both."""
UNKEPT: Final = ("budget", "accounts")
"""Those of them that a user would believe to be kept."""


def load(
    path: Path | str,
    *,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str],
    instead: Mapping[str, Any] | None = None,
    registry: Registry | None = None,
) -> JobSpec:
    """The job that the YAML file at `path` describes.

    `overrides` (`--set`) win over the environment (RAY_ADDRESS, MLFLOW_TRACKING_URI, OTEL_EXPORTER_OTLP_ENDPOINT),
    which wins over the file. `instead` has values for keys of the file, whether they stand there or not; `--set`
    may change these too. `${VAR}` is taken from `environ`; a prompt `file:PATH` is read, relative to the file, and
    `prompts:/NAME@ALIAS` from `registry`.

    Raises:
        ConfigError: with all problems of the file, one a line: `configs/x.yaml:12: agents.0.modle: unknown key; …`.
    """
    document = _read(Path(path), overrides, environ, instead)
    read_registered(document, registry)
    return _validate(document)


@contextmanager
def loaded(
    path: Path | str,
    *,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str],
    instead: Mapping[str, Any] | None = None,
    registry: Registry | None = None,
) -> Iterator[JobSpec]:
    """`load`, and the lines of mistakes that only show while the job is put together or run.

    An error about a key begins with it (`models.mini: …`): here it is told where that key stands.
    """
    job = load(path, overrides=overrides, environ=environ, instead=instead, registry=registry)
    with _located(Path(path), overrides, environ, instead):
        yield job


@contextmanager
def loaded_serving(
    path: Path | str, *, overrides: Sequence[str] = (), environ: Mapping[str, str]
) -> Iterator[ServeSpec]:
    """What the YAML file at `path` offers through a gateway; the rest as `loaded`.

    Raises:
        ConfigError: with all problems of the file, one a line.
    """
    document = _read(Path(path), overrides, environ)
    for key in UNSERVED & set(document.value if isinstance(document.value, dict) else ()):
        del document.value[key]
        if key in UNKEPT:
            document.complain((key,), "a gateway keeps no budget of its own; a fusion may (`fusions.NAME.budget`)")
        else:
            document.forget((key,))
    spec = validated(document, ServeSpec, "models and fusions")
    with _located(Path(path), overrides, environ):
        yield spec


def changed(job: JobSpec, overrides: Sequence[str], environ: Mapping[str, str]) -> JobSpec:
    """A job that was recorded, with `--set` applied; of the environment, only `${VAR}` in what is set counts.

    Raises:
        ConfigError: with all problems, one a line.
    """
    document = Document("the recorded job")
    document.value = job.model_dump(mode="json")
    for assignment in overrides:
        override(document, assignment, environ)
    refuse_literal_keys(document)
    return _validate(document)


def parsed(path: Path, environ: Mapping[str, str]) -> Document:
    """The values that stand in the YAML file at `path`, whatever they are worth.

    Raises:
        ConfigError: when there is no such file.
    """
    return parse(_text(path), source=str(path), environ=environ)


def _read(
    path: Path, overrides: Sequence[str], environ: Mapping[str, str], instead: Mapping[str, Any] | None = None
) -> Document:
    document = parsed(path, environ)
    for key, value in (instead or {}).items():
        put(document, (key,), value, Place(source=document.source))
    changed = [override(document, assignment, environ) for assignment in overrides]
    include_pools(document, path.parent, environ)
    read_prompts(document, path.parent)
    refuse_literal_keys(document)
    _apply_environment(document, environ, changed)
    return document


def _apply_environment(document: Document, environ: Mapping[str, str], changed: Sequence[KeyPath]) -> None:
    """RAY_ADDRESS, MLFLOW_TRACKING_URI and OTEL_… mean what they mean everywhere, unless `--set` says otherwise.

    An http address is a dashboard's, for `ray job submit`: no driver can join it. A password stays
    in the environment (`secrets.tracking_uri`), for jobs are recorded.
    """
    address = environ.get("RAY_ADDRESS", "")
    on_ray = document.get(("executor", "kind")) == "ray" and not address.startswith("http")
    otlp, spans_to = otlp_variable(environ) or ("", "")
    for variable, path, value in (
        ("RAY_ADDRESS", ("executor", "address"), address if on_ray else ""),
        ("MLFLOW_TRACKING_URI", ("tracking", "uri"), environ.get("MLFLOW_TRACKING_URI", "")),
        (otlp, ("telemetry", "otlp"), spans_to),
    ):
        overridden = any(path[: len(other)] == other for other in changed)
        if value and not overridden:
            put(document, path, without_password(value), Place(source=variable))


@contextmanager
def _located(
    path: Path, overrides: Sequence[str], environ: Mapping[str, str], instead: Mapping[str, Any] | None = None
) -> Iterator[None]:
    """An error about a key of the file at `path` is raised again with the line where that stands."""
    try:
        yield
    except ConfigError as error:
        keys = key_at_front(str(error))
        if not keys or keys[0] not in JobSpec.model_fields:
            raise
        document = _read(path, overrides, environ, instead)
        path_of_key = document.path_of(keys)
        text = str(error).partition(": ")[2]
        problem = Problem(place=document.place(path_of_key), path=path_of_key, text=text)
        kind = CredentialError if isinstance(error, CredentialError) else ConfigError
        raise kind(str(problem)) from error


def _validate(document: Document) -> JobSpec:
    return validated(document, JobSpec, "name and agents")


def _text(path: Path) -> str:
    try:
        return read_text(path, LARGEST, "keep long prompts in files (`file:PATH`)")
    except FileNotFoundError:
        folders = {path.parent, path.parent / "configs"}
        known = [str(other) for folder in folders for other in folder.glob("[!.]*.y*ml")]
        raise ConfigError(f"{path}: there is no such file; {nearest(str(path), known)}") from None
