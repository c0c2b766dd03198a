"""Where runs are kept: what a URL says, and what of a job does not fit a bucket."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.specs.load import changed, load
from wardian.specs.output import BucketPlace, is_bucket

JOB = """\
name: try
environments: [{pack: retail, tasks: 2}]
models: {m: {base_url: "http://127.0.0.1:1/v1", api_key_env: THE_KEY, price: {input: 1, output: 1}}}
agents: [{name: a, model: m, sampling: {max_tokens: 10}}]
"""


def said(tmp_path: Path, *more: str) -> str:
    """What loading the job says."""
    (tmp_path / "job.yaml").write_text(JOB + "".join(f"{line}\n" for line in more))
    with pytest.raises(ConfigError) as told:
        load(tmp_path / "job.yaml", environ={})
    return str(told.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("runs", False),
        ("/mnt/runs", False),
        ("C:/runs", False),
        ("s3://b/p", True),
        ("gs://b/p", True),
        ("s3:/b", False),
    ],
)
def test_a_url_is_no_folder(output: str, expected: bool) -> None:
    assert is_bucket(output) is expected


def test_what_is_below_a_place_is_reached_the_same_way() -> None:
    place = BucketPlace.of("s3://bucket/some/prefix/?endpoint_override=127.0.0.1:9000&scheme=http")
    assert place.options == {"endpoint_override": "127.0.0.1:9000", "scheme": "http"}
    assert place.path == "s3://bucket/some/prefix"
    run = place.below("run-1")
    assert (run.name, run.path) == ("run-1", "s3://bucket/some/prefix/run-1")
    assert BucketPlace.of(run.url) == run
    assert BucketPlace.of("s3://bucket/prefix").url == "s3://bucket/prefix"


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("s3://bucket", "s3://bucket: is no place in a bucket; valid: s3://BUCKET/PREFIX"),
        ("gs://bucket/x", "gs://bucket/x: is no place in a bucket; valid: s3://BUCKET/PREFIX"),
        ("s3://b/x?key=1", "s3://b/x: unknown option 'key'; known: endpoint_override, region, scheme"),
    ],
)
def test_a_mistake_in_the_url_is_a_line_of_the_config(tmp_path: Path, output: str, line: str) -> None:
    assert said(tmp_path, f"output: {output}") == f"job.yaml:5: output: {line}"


@pytest.mark.parametrize(
    ("budget", "key"),
    [("budget: {requests: 5}", "budget"), ("accounts: {THE_KEY: {requests: 5}}", "accounts.THE_KEY")],
)
def test_a_budget_needs_a_folder(tmp_path: Path, budget: str, key: str) -> None:
    line = said(tmp_path, "output: s3://bucket/prefix", budget)
    assert line.startswith(f"job.yaml:6: {key}: cannot be kept when output is a bucket")
    assert "\n" not in line


def test_a_budget_that_comes_later_needs_one_too(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(JOB)
    job = load(tmp_path / "job.yaml", overrides=["output=s3://bucket/prefix"], environ={})
    with pytest.raises(ConfigError, match="budget: cannot be kept when output is a bucket"):
        changed(job, ["budget.requests=5"], {})
