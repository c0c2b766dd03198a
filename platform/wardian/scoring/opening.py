"""From the names in a job to scorers: code at an import path, or an entry point of what is installed."""

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any, Final

from pydantic import ValidationError

from wardian.base.errors import ConfigError, Failure, boundary
from wardian.base.imported import imported
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.own import OwnScorer, ScorerCard, Scorers
from wardian.specs.names import nearest

__all__ = ["GROUP", "opened_scorers"]

GROUP: Final = "wardian.scorers"
"""The group of entry points under which packages offer scorers."""


def opened_scorers(names: Sequence[str]) -> Scorers:
    """Our scorer with these of the users'.

    Raises:
        ConfigError: one line that begins with the key, when one of them cannot be had or is no scorer.
    """
    own: list[OwnScorer] = []
    taken = {metric.name: "Wardian" for metric in CATALOGUE}
    for index, name in enumerate(names):
        key = f"scorers.{index}"
        scorer = _opened(key, name)
        if any(scorer.card.name == other.card.name for other in own):
            raise ConfigError(f"{key}: {name}: another scorer is called '{scorer.card.name}'; give this one a `name`")
        for metric in scorer.card.metrics:
            if metric.name in taken:
                raise ConfigError(f"{key}: {name}: the metric '{metric.name}' is one of {taken[metric.name]} already")
            taken[metric.name] = f"'{name}'"
        own.append(scorer)
    return Scorers(own)


def _opened(key: str, name: str) -> OwnScorer:
    found = imported(name, key) if ":" in name else _entry_point(key, name)
    scorer = _made(key, name, found) if isinstance(found, type) else found
    if not callable(getattr(scorer, "score", None)) or not hasattr(scorer, "metrics"):
        raise ConfigError(f"{key}: {name}: no scorer: it needs `metrics` and a method `score(episode)`")
    try:
        card = ScorerCard(
            name=getattr(scorer, "name", name.rpartition(":")[2]),
            version=getattr(scorer, "version", "1"),
            metrics=scorer.metrics,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ConfigError(f"{key}: {name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return OwnScorer(card, scorer)


def _entry_point(key: str, name: str) -> Any:
    known = {each.name: each for each in entry_points(group=GROUP)}
    if name not in known:
        hint = "a scorer of your own is written package.module:Name"
        raise ConfigError(f"{key}: no installed package offers a scorer '{name}'; {nearest(name, known)}; {hint}")
    return _without_failing(key, name, known[name].load)


def _made(key: str, name: str, scorer: type[Any]) -> Any:
    return _without_failing(key, name, scorer)


def _without_failing(key: str, name: str, make: Any) -> Any:
    """What `make` gives; it is the user's code, and does what it likes."""
    failures: list[Failure] = []
    with boundary(failures.append, cause="grader"):
        return make()
    raise ConfigError(f"{key}: {name}: cannot be made: {failures[0].message}")
