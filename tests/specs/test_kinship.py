"""A judge that is one of the panel, or of a member's house, is no secret."""

from typing import Any

import pytest

from wardian.assembly import check_endpoints
from wardian.specs.fusion.kinship import vendor
from wardian.specs.job import JobSpec

OPENROUTER = "https://openrouter.ai/api/v1"


def job(judge: Any, members: Any = ("small", "other"), **models: str) -> JobSpec:
    """A fusion of models that answer as `models` say, or from a simulator."""
    skills: dict[str, dict[str, object]] = {name: {} for name in ("small", "other", "big")}
    own = {name: {"server": "sim"} for name in skills}
    outside = {name: {"base_url": "sim://127.0.0.1:9", "model": asked} for name, asked in models.items()}
    return JobSpec.model_validate(
        {
            "name": "try",
            "environments": [{"pack": "counter"}],
            "agents": [{"name": "a", "model": "small"}],
            "models": own | outside,
            "servers": {"sim": {"kind": "simulator", "skills": skills}},
            "fusions": {"panel": {"mode": "best_of", "members": list(members), "judge": judge}},
        }
    )


@pytest.mark.parametrize(
    ("asked", "house"),
    [
        ("anthropic/claude-sonnet-4", "anthropic"),
        ("claude-3-5-haiku-latest", "anthropic"),
        ("gpt-4o-mini", "openai"),
        ("openai/gpt-oss-120b", "openai"),
        ("accounts/fireworks/models/llama-v3p1-8b-instruct", "meta"),
        ("Qwen/Qwen3-4B", "alibaba"),
        ("acme/special", "acme"),
        ("my-finetune", ""),
    ],
)
def test_a_models_name_says_whose_it_is(asked: str, house: str) -> None:
    assert vendor(asked) == house


async def test_a_judge_of_its_own_answers_is_warned_of() -> None:
    (warning,) = await check_endpoints(job("small"), {})
    assert warning == (
        "fusions.panel.judge: 'small' judges answers of its own; say `kinship: allow` where that is meant"
    )
    assert await check_endpoints(job({"model": "small", "kinship": "allow"}), {}) == ()
    assert await check_endpoints(job("big"), {}) == ()


async def test_a_judge_of_a_members_house_may_be_forbidden() -> None:
    models = {"small": "openai/gpt-4o-mini", "big": "openai/gpt-5"}
    with pytest.raises(ValueError, match="'big' judges answers of 'small', and both are openai's"):
        job({"model": "big", "kinship": "forbid"}, **models)
    job({"model": "big", "kinship": "forbid"}, **models | {"big": "anthropic/claude-opus-4"})
    job({"model": "big", "kinship": "allow"}, **models)
