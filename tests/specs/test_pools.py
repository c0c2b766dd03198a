"""Tables of models: part of the job before it is checked, each mistake at its own file and line."""

from datetime import date
from pathlib import Path

import pytest
from support.pages import ROOT

from wardian.base.errors import ConfigError
from wardian.specs.endpoints import PriceSpec
from wardian.specs.job import JobSpec
from wardian.specs.load import load
from wardian.specs.parsing import parse
from wardian.specs.pools import stale_prices

SHIPPED = ROOT / "configs" / "pools"
JOB = """\
name: try
environments: [{pack: retail, tasks: 2}]
pools: [mine]
agents: [{name: a, model: small}]
"""
TABLE = """\
as_of: 2026-01-31
source: https://example.com/prices
defaults:
  base_url: https://api.example.com/v1
  api_key_env: EXAMPLE_KEY
models:
  small:
    price: {input: 1, output: 2}
    rpm: 60
  large:
    model: large-2026
    price: {input: 3, cached: 0.3, output: 4, as_of: 2026-02-28}
"""


def loaded(folder: Path, job: str = JOB, table: str = TABLE, **tables: str) -> JobSpec:
    (folder / "pools").mkdir(exist_ok=True)
    for name, text in {"mine": table, **tables}.items():
        (folder / "pools" / f"{name}.yaml").write_text(text)
    (folder / "job.yaml").write_text(job)
    try:
        return load(folder / "job.yaml", environ={})
    except ConfigError as error:
        raise ConfigError(str(error).replace(f"{folder}/", "")) from None


def test_models_of_a_table_are_models_of_the_job(tmp_path: Path) -> None:
    job = loaded(tmp_path)
    assert list(job.models) == ["small", "large"]
    small, large = job.models.values()
    assert (small.base_url, small.api_key_env, small.rpm) == ("https://api.example.com/v1", "EXAMPLE_KEY", 60)
    assert small.price == PriceSpec(input=1, output=2, as_of=date(2026, 1, 31))
    assert (large.model, large.price and large.price.as_of) == ("large-2026", date(2026, 2, 28))
    assert JobSpec.model_validate_json(job.model_dump_json()) == job, "the record needs no table"


def test_what_the_job_says_goes_before(tmp_path: Path) -> None:
    own = "models: {small: {rpm: 5, price: {input: 7, output: 8}}, other: {base_url: 'https://x/v1'}}"
    job = loaded(tmp_path, JOB + own)
    assert job.models["small"].rpm == 5
    assert job.models["small"].base_url == "https://api.example.com/v1"
    assert job.models["small"].price == PriceSpec(input=7, output=8)
    assert set(job.models) == {"small", "large", "other"}


def test_a_table_is_found_by_name_beside_the_config_then_among_wardians_own(tmp_path: Path) -> None:
    by_path = loaded(tmp_path, JOB.replace("[mine]", "[pools/mine.yaml]"))
    assert by_path.models == loaded(tmp_path).models
    job = JOB.replace("[mine]", "[anthropic]").replace("small", "claude-opus-5")
    assert loaded(tmp_path, job).models["claude-opus-5"].dialect == "anthropic"
    assert list(loaded(tmp_path, job.replace("claude-opus-5", "small"), anthropic=TABLE).models) == ["small", "large"]


@pytest.mark.parametrize(
    ("job", "table", "line"),
    [
        ("[mine]", "rpm: -5", "pools/mine.yaml:9: models.small.rpm: must be a whole number of at least 1, not -5"),
        ("[mine]", "rmp: 5", "pools/mine.yaml:9: models.small.rmp: unknown key; did you mean 'rpm'?"),
        ("[mien]", "rpm: 5", "job.yaml:3: pools.0: there is no table of models 'mien'; did you mean 'mine'?"),
        ("[a.yaml]", "rpm: 5", "job.yaml:3: pools.0: there is no table of models 'a.yaml'; valid: anthropic, mine"),
        ("[mine, twin]", "rpm: 5", "job.yaml:3: pools.1: 'mine' has a model 'small' as well"),
        ("mine", "rpm: 5", "job.yaml:3: pools: must be a list of texts, not the text 'mine'"),
    ],
)
def test_each_mistake_has_its_line(tmp_path: Path, job: str, table: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, JOB.replace("[mine]", job), TABLE.replace("rpm: 60", table), twin=TABLE)
    assert str(caught.value).splitlines()[0].startswith(line)


@pytest.mark.parametrize(
    ("found", "instead", "line"),
    [
        ("as_of: 2026-01-31\n", "", "pools/mine.yaml:1: as_of: a table of models needs this key"),
        ("defaults:", "default:", "pools/mine.yaml:3: default: unknown key; did you mean 'defaults'?"),
        ("as_of: 2026-01-31", "as_of: soon", "pools/mine.yaml:1: models.small.price.as_of: must be a date"),
        ("source: https://example.com/prices", "source: [a]", "pools/mine.yaml:2: source: must be text"),
        (
            "base_url: https://api.example.com/v1",
            "base_url: nowhere",
            "pools/mine.yaml:4: models.small.base_url: must be",
        ),
    ],
)
def test_a_table_says_since_when_and_from_where(tmp_path: Path, found: str, instead: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, table=TABLE.replace(found, instead))
    assert line in str(caught.value)


def test_a_literal_key_in_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"pools/mine.yaml:5: models.small.api_key_env") as caught:
        loaded(tmp_path, table=TABLE.replace("EXAMPLE_KEY", "sk-1234567890abcdef1234567890abcdef"))
    assert "1234567890" not in str(caught.value)


def test_prices_older_than_half_a_year_are_named() -> None:
    today = date(2026, 11, 24)
    days = {"old": date(2026, 1, 31), "older": date(2025, 1, 31), "new": date(2026, 10, 1), "undated": None}
    line = stale_prices(days, today)
    assert line == "prices: looked up 662 days ago (2025-01-31): old, older; see whether they still hold"
    assert stale_prices({"new": date(2026, 10, 1)}, today) is None


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_tables(tmp_path: Path, path: Path) -> None:
    table = parse(path.read_text(), source=path.name, environ={}).value
    agents = ", ".join(f"{{name: a{number}, model: {name}}}" for number, name in enumerate(table["models"]))
    (tmp_path / "job.yaml").write_text(
        f"name: all\nenvironments: [{{pack: retail}}]\npools: [{path.stem}]\nagents: [{agents}]\nbudget: {{usd: 1}}"
    )
    job = load(tmp_path / "job.yaml", environ={})
    assert len(job.asked) == len(table["models"])
    for model in job.asked.values():
        price = model.price
        assert price is not None
        assert model.max_output_tokens is not None
        assert 0 < price.input < price.output
        assert (price.cached or 0) < price.input <= (price.cache_write or price.input)
        assert price.as_of is not None
        assert date(2025, 1, 1) < price.as_of <= date.today()
