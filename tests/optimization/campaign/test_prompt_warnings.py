import pytest

from wardian.base.bundle import SYSTEM, Bundle
from wardian.optimization.campaign.prompt_warnings import prompt_warnings


def warnings(text: str) -> tuple[str, ...]:
    return prompt_warnings(Bundle(agent="support", texts={SYSTEM: text}), (SYSTEM, "recovery"))


def test_a_prompt_like_any_other_is_no_warning() -> None:
    assert warnings("You help. Greet {{name}}.\n\n1. Ask first.\n2. Be short.") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (" \n", "system: there is no text: every edit begins with nothing"),
        ("Greet {{name}.", "system: a variable's {{ or }} has no other end"),
        ("word " * 10_000, "system: 50,000 characters are read in every call"),
        ("1. Ask first.\n2. Be short.\n3. Ask  First.", "system: a rule is there 2 times: ask first."),
    ],
)
def test_what_looks_like_a_mistake_is_said_in_a_line(text: str, problem: str) -> None:
    assert warnings(text) == (problem,)
