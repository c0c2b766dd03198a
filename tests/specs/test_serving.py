"""What `wardian serve` reads of a config, and what it says of its mistakes."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError, CredentialError
from wardian.specs.gateway import GatewaySpec
from wardian.specs.load import load, loaded_serving
from wardian.specs.secrets import check_keys
from wardian.specs.serving import ServeSpec

GOOD = """\
name: try
models:
  a: {server: local}
  b: {server: local}
  c: {base_url: "https://example.com/v1", api_key_env: C_KEY}
fusions:
  pair:
    members: [a, b]
gateway:
  offers: [fusion/pair]
servers:
  local:
    kind: simulator
    skills:
      a: {accuracy: 0.9}
      b: {accuracy: 0.9}
"""

EDITS = [
    (
        "  offers: [fusion/pair]",
        "  offers: [pair]",
        "10: gateway.offers.0: there is no 'pair'; valid: a, b, c, fusion/pair",
    ),
    ("  offers: [fusion/pair]", "  ofers: [a]", "10: gateway.ofers: unknown key; did you mean 'offers'?"),
    (
        "  offers: [fusion/pair]",
        "  host: 0.0.0.0",
        "9: gateway: whoever reaches '0.0.0.0' could spend your money: name",
    ),
    ("  offers: [fusion/pair]", "  port: 70000", "10: gateway.port: must be a whole number"),
    (
        "  offers: [fusion/pair]",
        "  tokens: [sk-abc]",
        "10: gateway.tokens.0: must be the name of an environment variable",
    ),
    (
        "  offers: [fusion/pair]",
        "  usage_mode: all",
        "10: gateway.usage_mode: must be 'total' or 'primary', not the text 'all'",
    ),
    (
        "    members: [a, b]",
        "    members: [a, b]\n    collect: {quorum: 5}",
        "9: fusions.pair.collect.quorum: 5 answers cannot come from 2 seats",
    ),
    ("members: [a, b]", "members: [a, z]", "8: fusions.pair.members.1: there is no 'z'"),
    ("name: try", "name: try\nbudget: {usd: 1}", "2: budget: a gateway keeps no budget of its own; a fusion may"),
    ("b: {server: local}", "b: {server: locl}", "4: models.b.server: there is no 'locl'; did you mean 'local'?"),
]


def served(folder: Path, text: str) -> ServeSpec:
    path = folder / "serve.yaml"
    path.write_text(text, encoding="utf-8")
    with loaded_serving(path, environ={}) as spec:
        return spec


def test_neither_environments_nor_agents_are_needed(tmp_path: Path) -> None:
    spec = served(tmp_path, GOOD)
    assert spec.offered == ("fusion/pair",)
    assert list(spec.asked) == ["a", "b"]  # nobody needs the key of c
    assert list(spec.own_servers) == ["local"]
    assert {place.spec.server for place in spec.deployments.values()} == {"local"}


def test_without_a_word_all_is_offered(tmp_path: Path) -> None:
    spec = served(tmp_path, GOOD.replace("gateway:\n  offers: [fusion/pair]\n", "limits: {call_s: 7}\n"))
    assert spec.offered == ("fusion/pair", "a", "b", "c")
    assert {model.timeout_s for model in spec.asked.values()} == {7}


def test_one_file_may_be_for_runs_and_for_the_gateway(tmp_path: Path) -> None:
    both = GOOD + "environments: [{pack: retail}]\nagents: [{name: pair, model: fusion/pair}]\nrepeats: 2\n"
    spec = served(tmp_path, both)
    job = load(tmp_path / "serve.yaml", environ={})
    assert (spec.gateway, spec.fusions) == (job.gateway, job.fusions)


@pytest.mark.parametrize(("old", "new", "line"), EDITS)
def test_every_mistake_is_one_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        served(tmp_path, GOOD.replace(old, new))
    (said,) = str(caught.value).splitlines()
    assert said.startswith(f"{tmp_path / 'serve.yaml'}:{line}")


def test_a_missing_key_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    path.write_text(GOOD.replace("  offers: [fusion/pair]", "  port: 0"), encoding="utf-8")
    with pytest.raises(CredentialError, match=r"serve.yaml:5: models.c.api_key_env: .*'C_KEY' is not set"):  # noqa: SIM117
        with loaded_serving(path, environ={}) as spec:
            check_keys(spec, {})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.0.1"])
def test_loopback_needs_no_token(host: str) -> None:
    assert GatewaySpec(host=host).tokens == ()
