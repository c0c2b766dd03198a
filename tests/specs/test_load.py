"""What a good config becomes, and who wins when several say different things."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError, CredentialError
from wardian.specs.job import JobSpec
from wardian.specs.load import load, loaded
from wardian.specs.secrets import tracking_uri

JOB = """\
name: try
environments:
  - pack: retail
agents:
  - {name: a, model: big, prompt: p}
  - {kind: idle}
prompts:
  p: file:texts/p.md
models:
  big: &common
    base_url: https://models.example/v1
    api_key_env: EXAMPLE_KEY
    rpm: ${RPM:-60}
  "small-1.5":
    <<: *common
    rpm: 30
executor: {kind: ray, address: "head:6379"}
tracking: {uri: "sqlite:///file.db"}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "p.md").write_text("\ufeffBe kind. Never say ${PRICE}.\n\n", encoding="utf-8")
    (tmp_path / "job.yaml").write_text(JOB)
    return tmp_path / "job.yaml"


def change(path: Path, *overrides: str, **environ: str) -> JobSpec:
    return load(path, overrides=overrides, environ=environ)


def test_lists_are_tuples_and_defaults_are_filled(path: Path) -> None:
    job = change(path)
    assert [agent.name for agent in job.agents] == ["a", "idle"]
    assert job.environments[0].tasks == "all"
    assert job.limits.turns == 30


def test_a_job_survives_json(path: Path) -> None:
    job = change(path)
    assert JobSpec.model_validate_json(job.model_dump_json()) == job


def test_prompt_files_are_relative_to_the_config_and_not_interpolated(path: Path) -> None:
    assert change(path).prompts == {"p": "Be kind. Never say ${PRICE}."}


def test_merge_keys_give_way_to_own_keys(path: Path) -> None:
    models = change(path).models
    assert models["small-1.5"].api_key_env == "EXAMPLE_KEY"
    assert (models["big"].rpm, models["small-1.5"].rpm) == (60, 30)


def test_unquoted_variables_have_the_type_of_their_value(path: Path) -> None:
    assert change(path, RPM="90").models["big"].rpm == 90


def test_a_variable_that_is_set_but_empty_takes_the_default(path: Path) -> None:
    assert change(path, RPM="").models["big"].rpm == 60


@pytest.mark.parametrize(
    ("overrides", "environ", "address"),
    [
        ([], {}, "head:6379"),
        ([], {"RAY_ADDRESS": "other:6379"}, "other:6379"),
        ([], {"RAY_ADDRESS": ""}, "head:6379"),
        ([], {"RAY_ADDRESS": "http://dashboard:8265"}, "head:6379"),
        (["executor.address=local"], {"RAY_ADDRESS": "other:6379"}, "local"),
        (["executor={kind: ray}"], {"RAY_ADDRESS": "other:6379"}, "local"),
    ],
)
def test_ray_address(path: Path, overrides: list[str], environ: dict[str, str], address: str) -> None:
    executor = change(path, *overrides, **environ).executor
    assert executor.kind == "ray"
    assert executor.address == address


def test_ray_address_means_nothing_to_the_local_executor(path: Path) -> None:
    assert change(path, "executor={kind: local}", RAY_ADDRESS="other:6379").executor.kind == "local"


def test_a_bad_ray_address_is_named_as_the_source(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^RAY_ADDRESS: executor.address: must be local, auto or host:port, not"):
        change(path, RAY_ADDRESS="nowhere")


def test_tracking_uri(path: Path) -> None:
    assert change(path).tracking.uri == "sqlite:///file.db"
    assert change(path, MLFLOW_TRACKING_URI="http://mlflow:5000").tracking.uri == "http://mlflow:5000"
    assert change(path, "tracking.uri=http://cli", MLFLOW_TRACKING_URI="http://mlflow").tracking.uri == "http://cli"


@pytest.mark.parametrize(
    ("uri", "recorded"),
    [
        ("postgresql://user:pass:w@rd@db:5432/mlflow?ssl=on", "postgresql://user@db:5432/mlflow?ssl=on"),
        ("http://user@mlflow", "http://user@mlflow"),
        ("sqlite:///runs/a@b:c.db", "sqlite:///runs/a@b:c.db"),
        ("mlruns", "mlruns"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_a_password_of_the_tracking_uri_stays_in_the_environment(path: Path, uri: str, recorded: str) -> None:
    environ = {"MLFLOW_TRACKING_URI": uri}
    job = load(path, environ=environ)
    assert job.tracking.uri == recorded
    assert tracking_uri(job.tracking, environ) == uri


def test_a_tracking_uri_that_was_overridden_does_not_come_back(path: Path) -> None:
    environ = {"MLFLOW_TRACKING_URI": "http://me:secret@mlflow"}
    job = load(path, overrides=["tracking.uri=http://other"], environ=environ)
    assert tracking_uri(job.tracking, environ) == "http://other"


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"}, "http://collector:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://host/otel"}, "http://host/otel/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b/c"}, "http://b/c"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://me:secret@host"}, "http://me@host/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_where_spans_go_is_what_opentelemetrys_variables_say(
    path: Path, environ: dict[str, str], url: str | None
) -> None:
    assert change(path, **environ).telemetry.traces_url == url
    assert change(path, "telemetry.otlp=http://cli:1", **environ).telemetry.traces_url == "http://cli:1/v1/traces"


def test_a_bad_endpoint_for_spans_is_named_as_the_source(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.otlp: must be a URL such as http"):
        change(path, OTEL_EXPORTER_OTLP_ENDPOINT="collector:4317")


def said(path: Path, error: ConfigError, *overrides: str) -> str:
    with pytest.raises(ConfigError) as caught, loaded(path, overrides=overrides, environ={}):
        raise error
    assert type(caught.value) is type(error)
    return str(caught.value)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("environments.0.pack: not there", 3),
        ("environments.0: not there", 3),
        ("environments.0.knobs: not there", 3),
        ('models."small-1.5".api_key_env: not set', 12),
        ("models.big: refused", 10),
        ("limits.turns: too few", 1),
    ],
)
def test_late_mistakes_get_their_line(path: Path, message: str, line: int) -> None:
    assert said(path, ConfigError(message)) == f"{path}:{line}: {message}"


def test_a_late_mistake_of_an_override(path: Path) -> None:
    text = said(path, ConfigError("environments.0.pack: not there"), "environments.0.pack=x")
    assert text == "--set environments.0.pack: not there"


def test_a_refused_key_stays_a_refused_key(path: Path) -> None:
    assert said(path, CredentialError("models.big: refused")) == f"{path}:10: models.big: refused"


@pytest.mark.parametrize("message", ["no key here", "models.yaml:3: other file", "somewhere.else: no key", "a b: c"])
def test_other_mistakes_stay_as_they_are(path: Path, message: str) -> None:
    assert said(path, ConfigError(message)) == message
