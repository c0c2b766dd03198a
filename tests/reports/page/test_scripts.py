"""Single functions of the page's scripts, in a browser."""

import json
import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.async_api import Browser

from wardian.reports.numerals import number
from wardian.scoring.metric import Unit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SITE = files("wardian.reports.page") / "site"
BIG = (
    '{"id": 12345678901234567890, "ratio": 1.10, "deep": {"list": [1, {"a": "b, {c: [d]}"}], "none": [], "empty": {}}}'
)


async def call(browser: Browser, module: str, function: str, *arguments: Any) -> Any:
    """What a function of a module that needs no other returns."""
    text = re.sub(r"^export ", "", (SITE / module).read_text(encoding="utf-8"), flags=re.MULTILINE)
    page = await browser.new_page()
    try:
        return await page.evaluate(f"(values) => {{ {text}\nreturn {function}(...values); }}", list(arguments))
    finally:
        await page.close()


async def test_json_is_laid_out_with_all_its_digits(browser: Browser) -> None:
    shown = await call(browser, "json_text.js", "indented", BIG)
    assert json.loads(shown) == json.loads(BIG)
    assert shown.splitlines()[1:3] == ['  "id": 12345678901234567890,', '  "ratio": 1.10,']
    assert '    "none": [],\n    "empty": {}\n  }\n}' in shown


@pytest.mark.parametrize(
    "text", ["", "plain words " * 20, '{"cut": "off' + "f" * 100, "[" * 200, '{"short": 1}', "4" * 99]
)
async def test_what_is_no_json_or_short_stays_as_it_is(browser: Browser, text: str) -> None:
    assert await call(browser, "json_text.js", "indented", text) == text


async def test_deep_json_is_not_pushed_to_the_right_for_ever(browser: Browser) -> None:
    text = "[" * 3_000 + "1" + "]" * 3_000
    shown = await call(browser, "json_text.js", "indented", text)
    assert max(map(len, shown.splitlines())) <= 82
    assert "".join(shown.split()) == text


async def test_spellings_of_one_value_are_alike(browser: Browser) -> None:
    one, other = '{"b": [1, {"d": 2, "c": 3}], "a": null}', '{"a":null,"b":[1,{"c":3,"d":2}]}'
    assert await call(browser, "json_text.js", "canonical", one) == await call(
        browser, "json_text.js", "canonical", other
    )
    assert await call(browser, "json_text.js", "canonical", "no json") == "no json"


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ([0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([0.37, 1], [0.4, 0.6, 0.8, 1]),
        ([3, 3], [3]),
        ([0, 0.0075], [0, 0.002, 0.004, 0.006]),
    ],
)
async def test_ticks_are_round_numbers_within_the_domain(
    browser: Browser, domain: list[float], expected: list[float]
) -> None:
    assert await call(browser, "scales.js", "ticks", domain) == expected


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("dollars", [None], "unknown"),
        ("dollars", [0], "$0.00"),
        ("dollars", [1234.5], "$1,234.50"),
        ("dollars", [0.0564], "$0.0564"),
        ("dollars", [0.00012], "$0.000120"),
        ("seconds", [0.25], "250 ms"),
        ("seconds", [61], "61.0 s"),
        ("seconds", [150], "2 min 30 s"),
        ("seconds", [179.7], "3 min 0 s"),
        ("moment", [0], "1970-01-01 00:00 UTC"),
        ("metricValue", [None, "share"], "\u2013"),
        ("metricValue", [51_500, "tokens"], "51.5k"),
        ("mean", [{"value": 0.5, "low": 0.4, "high": 0.7}, "share"], "0.50 ±0.20"),
        ("mean", [{"value": 51_900, "low": 44_700, "high": 58_000}, "tokens"], "51.9k ±7.2k"),
        ("mean", [{"value": 0.5, "low": None, "high": None}, "share"], "0.50"),
        ("mean", [{"value": 0.0051, "low": 0.00447, "high": 0.0057}, "USD"], "$0.0051 ±0.0006"),
        ("interval", [{"low": -1e-9, "high": 0.3, "tasks": 9}], "[0.0, 30.0]"),
        ("chance", [0.0625], "0.062"),
        ("chance", [0.0004], "< 0.001"),
        ("interval", [{"low": None, "high": None, "tasks": 1}], "one task"),
        ("interval", [{"low": None, "high": None, "tasks": 2}], "all alike"),
        ("several", [1, "step"], "1 step"),
    ],
)
async def test_numbers_are_told_in_few_words(
    browser: Browser, function: str, arguments: list[Any], expected: str
) -> None:
    assert await call(browser, "format.js", function, *arguments) == expected


async def told_by(browser: Browser, expression: str, values: list[Any]) -> list[str]:
    """What the page makes of each of `values` by an expression of `value`."""
    text = re.sub(r"^export ", "", (SITE / "format.js").read_text(encoding="utf-8"), flags=re.MULTILINE)
    page = await browser.new_page()
    try:
        told: list[str] = await page.evaluate(
            f"(values) => {{ {text}\nreturn values.map((value) => {expression}); }}", values
        )
        return told
    finally:
        await page.close()


async def test_shares_are_told_as_in_the_terminal(browser: Browser) -> None:
    shares = [sign * tenth / of for of in (80, 200, 1_000) for tenth in range(of + 1) for sign in (1, -1)]
    told = await told_by(browser, "points(value)", shares)
    assert told == [f"{100 * share:z.1f}" for share in shares]


@pytest.mark.parametrize("unit", ["share", "calls", "turns", "tokens", "USD"])
async def test_means_are_told_as_in_the_terminal(browser: Browser, unit: Unit) -> None:
    means = [part / 80 for part in range(-80, 800)] + [1234.5, 9999.5, 12_345.6, -23_456.7]
    told = await told_by(browser, f"mean({{ value, low: value - 0.075, high: value }}, {json.dumps(unit)})", means)
    expected = [f"{number(mean, unit)} ±{number(mean - (mean - 0.075), unit, like=mean)}" for mean in means]
    assert [each.replace("$", "") for each in told] == expected
