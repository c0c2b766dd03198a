"""Judges that would judge themselves, or a model out of their own house: both favour what sounds like them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.fusion.panels import PREFIX, Panels
from wardian.specs.models import ModelSpec
from wardian.specs.names import BadName
from wardian.specs.places import spell

__all__ = ["forbidden_kin", "kin_warnings", "vendor"]

HOUSES: Final = {
    "alibaba": "qwen|qwq",
    "anthropic": "claude",
    "cohere": "command|aya",
    "deepseek": "deepseek",
    "google": "gemini|gemma",
    "huggingface": "smollm|zephyr",
    "meta": "llama|meta-llama",
    "microsoft": "phi",
    "mistral": "mistral|mixtral|ministral|codestral|magistral|mistralai",
    "moonshot": "kimi|moonshotai",
    "openai": r"gpt|chatgpt|o[134]",
    "xai": "grok|x-ai",
    "zhipu": "glm|z-ai",
}
"""The beginnings of model names by who makes them."""


def vendor(asked: str) -> str:
    """Who makes the model that its provider calls `asked`; "" for a name that says nothing of it."""
    house, _, name = asked.casefold().rpartition("/")
    for each, names in HOUSES.items():
        if re.match(rf"(?:{names})(?![a-z])", name) or house.split("/")[-1] in (each, *names.split("|")):
            return each
    return house


def forbidden_kin(panels: Panels, models: Mapping[str, ModelSpec]) -> Iterator[BadName]:
    """Judges whose config forbids what they are."""
    for name, spec in panels.specs.items():
        if spec.judge is not None and spec.judge.kinship == "forbid":
            yield from (BadName(_path(name), reason) for reason in _kin(panels, models, spec))


def kin_warnings(panels: Panels, models: Mapping[str, ModelSpec]) -> Iterator[str]:
    """What a user should know of judges that nobody forbade."""
    for name, spec in panels.specs.items():
        if spec.judge is not None and spec.judge.kinship == "warn":
            for reason in _kin(panels, models, spec):
                yield f"{spell(_path(name))}: {reason}; say `kinship: allow` where that is meant"


def _kin(panels: Panels, models: Mapping[str, ModelSpec], spec: FusionSpec) -> Iterator[str]:
    """The nearest relation of a judge to a member, if there is one."""
    if spec.judge is None:
        return
    judges = panels.members(spec.judge.model)
    sitting = {
        model for path, named in spec.named if path[0] in ("members", "stages") for model in panels.members(named)
    }
    if own := sorted(sitting & set(judges)):
        yield f"'{own[0]}' judges answers of its own"
        return
    houses = {house: judge for judge in judges for house in _vendors(judge, models)}
    related = [(member, house) for member in sorted(sitting) for house in _vendors(member, models) if house in houses]
    if related:
        member, house = related[0]
        yield f"'{houses[house]}' judges answers of '{member}', and both are {house}'s"


def _vendors(name: str, models: Mapping[str, ModelSpec]) -> set[str]:
    """Who makes a model of the pool; those of a simulator or of a server of the job's own are nobody's."""
    places = models[name].places(name) if name in models else ()
    return {house for place in places if place.spec.server is None and (house := vendor(place.asked))}


def _path(name: str) -> tuple[str, str, str]:
    return "fusions", name.removeprefix(PREFIX), "judge"
