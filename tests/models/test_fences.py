"""Code fences around JSON."""

from time import process_time

import pytest

from wardian.models.fences import unfenced


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("{}", "{}"),
        (" {} ", "{}"),
        ("```json\n{}\n```", "{}"),
        ("```\n{}\n```\n", "{}"),
        ("```tool_call\n{}", "{}"),
        ("```json{}```", "{}"),
        ("``` json {}", "json {}"),
        ("```", ""),
        ("``````", ""),
        ("```json", ""),
        ("Here: ```json\n{}\n```", "Here: ```json\n{}\n```"),
    ],
)
def test_what_stands_between(text: str, inside: str) -> None:
    assert unfenced(text) == inside


@pytest.mark.parametrize("filling", ["\n", " ", "`", "a", "\n `"])
def test_no_text_takes_long(filling: str) -> None:
    began = process_time()
    unfenced("```\n" + filling * 1_000_000 + "x")
    assert process_time() - began < 1
