"""What is doubtful about texts before an episode is spent on them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from wardian.base.bundle import SYSTEM, Bundle, Component
from wardian.optimization.proposals.rules import RuleBook

__all__ = ["prompt_warnings"]

LONG: Final = 40_000
"""Characters of a text, some 10,000 tokens, that are read again in every call."""
SHOWN: Final = 60


def prompt_warnings(champion: Bundle, components: Iterable[Component]) -> tuple[str, ...]:
    """A line for everything that looks like a mistake in the texts that shall be edited."""
    return tuple(
        f"{component}: {problem}"
        for component in components
        for problem in _problems(component, champion.texts.get(component, ""))
    )


def _problems(component: Component, text: str) -> Iterator[str]:
    if component == SYSTEM and not text.strip():
        yield "there is no text: every edit begins with nothing"
    if len(text) > LONG:
        yield f"{len(text):,} characters are read in every call"
    if text.count("{{") != text.count("}}"):
        yield "a variable's {{ or }} has no other end"
    counts = Counter(rule.text.casefold() for rule in RuleBook.parse(text).rules)
    for rule, count in counts.items():
        if count > 1:
            yield f"a rule is there {count} times: {rule[:SHOWN]}"
