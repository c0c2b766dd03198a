"""A budget that could not be kept is a mistake in the config, and the line says what is missing."""

import pytest

from wardian.base.errors import ConfigError
from wardian.specs.job import JobSpec
from wardian.specs.load import load

GOOD = """\
name: try
environments: [{pack: retail, tasks: 2}]
models:
  a: {base_url: "https://x/v1", api_key_env: A_KEY, price: {input: 1, output: 2}}
  b: {base_url: "https://x/v1", api_key_env: B_KEY}
  s: {server: sim}
  idle: {base_url: "https://x/v1"}
servers: {sim: {kind: simulator, skills: {s: {}}}}
fusions: {both: {members: [a, b]}}
agents:
  - {name: one, model: a}
"""
PRICE = "usd cannot be kept without its price; add price: {input: …, output: …} ($ per million tokens)"
LIMIT = "cannot be kept without a limit: set sampling.max_tokens, or max_output_tokens of the model"

DEAR = "fusions: {dear: {members: [a, b], budget: {usd: 1}}}"
WITHIN = "fusions: {two: {members: [fusion/one, a]}, one: {members: [a, a], budget: {tokens: 9}}}"


def loaded(tmp_path_factory: pytest.TempPathFactory, more: str, text: str = GOOD) -> JobSpec:
    if "fusions:" in more:
        text = text.replace("fusions: {both: {members: [a, b]}}\n", "")
    path = tmp_path_factory.mktemp("job") / "job.yaml"
    path.write_text(text + more)
    try:
        return load(path, environ={})
    except ConfigError as error:
        raise ConfigError(str(error).replace(f"{path}:", "")) from None


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ("budget: {}", ["12: budget: a budget needs at least one of usd, tokens and requests"]),
        ("budget: {usd: 0}", ["12: budget.usd: must be a number above 0, not 0"]),
        ("budget: {tokens: 5}", [f"11: agents.0: budget {LIMIT}"]),
        ("budget: {usd: 5}", [f"11: agents.0: budget {LIMIT}"]),
        (
            "  - {name: two, model: b, sampling: {max_tokens: 9}}\naccounts: {B_KEY: {usd: 5}}",
            [f"5: models.b: accounts.B_KEY.{PRICE}"],
        ),
        (
            "  - {name: two, model: fusion/both, sampling: {max_tokens: 9}}\nbudget: {usd: 5}",
            [f"5: models.b: budget.{PRICE}", f"11: agents.0: budget {LIMIT}"],
        ),
        (
            "accounts: {A_KAY: {usd: 5}}",
            ["12: accounts.A_KAY: no model has the api_key_env 'A_KAY'; did you mean 'A_KEY'?"],
        ),
        (
            "  - {name: two, model: fusion/dear, sampling: {max_tokens: 9}}\n" + DEAR,
            [f"5: models.b: fusions.dear.budget.{PRICE}"],
        ),
        (
            "  - {name: two, model: fusion/two}\n" + WITHIN,
            [f"11: agents.1: fusions.one.budget {LIMIT}"],
        ),
        ("  - {name: two, model: c}\nbudget: {usd: 5}", ["12: agents.1.model: there is no 'c'; valid: "]),
    ],
)
def test_what_no_budget_can_be_kept_with(tmp_path_factory: pytest.TempPathFactory, more: str, lines: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path_factory, more)
    found = str(caught.value).splitlines()
    assert len(found) == len(lines)
    for said, line in zip(found, lines, strict=True):
        assert said.startswith(line)


@pytest.mark.parametrize(
    "more",
    [
        "budget: {requests: 5}",
        "  - {name: two, model: s}\nbudget: {requests: 5}",
        "accounts: {B_KEY: {usd: 5}}",
        "budget: {usd: 5, tokens: 10}\ncache: {mode: replay}",
    ],
)
def test_what_needs_to_be_known_of_those_only_who_are_asked_and_paid(
    tmp_path_factory: pytest.TempPathFactory, more: str
) -> None:
    loaded(tmp_path_factory, more)


@pytest.mark.parametrize(
    ("model", "agent"),
    [
        ("max_output_tokens: 32768", "{name: one, model: a}"),
        ("dialect: anthropic", "{name: one, model: a}"),
        ("rpm: 60", "{name: one, model: a, sampling: {max_tokens: 9}}"),
    ],
)
def test_three_ways_to_say_how_long_an_answer_can_be(
    tmp_path_factory: pytest.TempPathFactory, model: str, agent: str
) -> None:
    text = GOOD.replace("price: {input: 1, output: 2}", f"price: {{input: 1, output: 2}}, {model}")
    loaded(tmp_path_factory, "budget: {usd: 5, tokens: 10}", text.replace("{name: one, model: a}", agent))


@pytest.mark.parametrize("key", ["max_tokens", "max_completion_tokens", "max_output_tokens", "n"])
def test_no_extra_key_undermines_a_budget(tmp_path_factory: pytest.TempPathFactory, key: str) -> None:
    text = GOOD.replace("api_key_env: A_KEY", f"api_key_env: A_KEY, extra: {{{key}: 9}}")
    with pytest.raises(ConfigError, match=f"'{key}' is for Wardian to say"):
        loaded(tmp_path_factory, "", text)
