"""The leaderboard in a terminal and as Markdown."""

import io
from collections.abc import Callable
from itertools import product

import pytest
from rich.console import Console

from wardian.reports.leaderboard import Leaderboard
from wardian.reports.markdown import leaderboard_markdown, section_markdown
from wardian.reports.sections import Section
from wardian.reports.standings import Standings
from wardian.reports.terminal import leaderboard_view, sections_view
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.result import Result


def board(
    arms: tuple[str, ...] = ("strong-careful", "weak-plain"), *, cost: float | None = 0.01, simulated: bool = False
) -> Standings:
    results = [
        Result(arm, "shop", f"t{task}", seed, seed, values=values(index, task), cost_usd=cost, simulated=simulated)
        for (index, arm), task, seed in product(enumerate(arms), range(10), (0, 1))
    ]
    return Leaderboard.of([*results, Result(arms[-1], "shop", "t99", 0, 0, missing="provider")]).standings()


def values(index: int, task: int) -> dict[str, float]:
    return {"success": float(task >= 2 + 4 * index), "path_efficiency": 0.5, "tokens": 1234.0, "ungrounded_args": 0.25}


def terminal(standings: Standings, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, no_color=True).print(leaderboard_view(standings))
    return out.getvalue()


@pytest.mark.parametrize("width", [30, 40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for line in terminal(board(("a" * 60, "b[red]x[/red]")), width).splitlines():
        assert len(line) <= width


def test_a_usual_board_needs_eighty_columns_and_no_folding() -> None:
    rows = [line.split() for line in terminal(board(), 80).splitlines()]
    assert ["strong-careful", "20", "10", "80.0", "[49.0,", "94.3]", "80.0", "$0.2000", "0"] in rows


def test_four_arms_with_every_metric_fit_into_eighty_columns_without_folding() -> None:
    arms = ("strong-careful", "weak-careful", "strong-plain", "weak-plain")
    some = {metric.name: metric.high or 31_442.0 for metric in CATALOGUE} | {"cost_usd": 0.0743, "turns": 10.8}
    results = [
        Result(arm, "shop", f"t{task}", 0, 0, values={name: value * (task % 2) for name, value in some.items()})
        for arm, task in product(arms, range(40))
    ]
    lines = terminal(Leaderboard.of(results).standings(), 80).splitlines()
    for metric in CATALOGUE:
        if metric.name != "success" and not metric.detail:
            (row,) = (line.split() for line in lines if line.startswith(metric.name))
            assert len(row) == 1 + 2 * len(arms), row
    assert any(line.startswith("tokens") and "15.7k ±5.1k" in line for line in lines)


def test_a_mean_that_never_varied_claims_no_interval() -> None:
    assert "| path\\_efficiency↑ | 0.50 | 0.50 |" in leaderboard_markdown(board())


def test_names_are_text_and_never_markup() -> None:
    assert "b[red]x" in terminal(board(("a", "b[red]x")))
    assert "a\\|b" in leaderboard_markdown(board(("a|b", "c")))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("![x](http://evil.example/b.png)", "![x\\](http://evil.example/b.png)"),
        ("[a [b]](http://evil.example)", "[a [b]\\](http://evil.example)"),
        ("[a][b] and [b]: http://evil.example", "[a\\][b] and [b\\]: http://evil.example"),
        ("[a\\](http://evil.example)", "[a\\\\\\](http://evil.example)"),
        ("@org/team", "@&#8203;org/team"),
        ("arm@v2", "arm@v2"),
        ("&#64;org &lt;", "\\&#64;org \\&lt;"),
        ("0.5 [0.4, 0.6]", "0.5 [0.4, 0.6]"),
    ],
)
def test_in_markdown_names_are_no_links_images_or_mentions(text: str, written: str) -> None:
    assert section_markdown(Section(title=text, headings=(), rows=())) == f"## {written}\n"


def test_no_colour_and_no_escape_codes_where_none_are_wanted() -> None:
    assert "\x1b" not in terminal(board())


@pytest.mark.parametrize("render", [terminal, leaderboard_markdown])
def test_simulated_models_are_called_so(render: Callable[[Standings], str]) -> None:
    assert "SIMULATED MODELS" in render(board(simulated=True))
    assert "imulated" not in render(board())


def test_one_simulated_arm_among_real_ones_is_marked() -> None:
    real, fake = (
        Result(arm, "shop", "t1", 0, 0, values=values(0, 5), simulated=arm == "fake") for arm in ("real", "fake")
    )
    text = leaderboard_markdown(Leaderboard.of([real, fake]).standings())
    assert "fake (simulated)" in text
    assert "real (simulated)" not in text


def test_unknown_cost_is_not_nought() -> None:
    assert "unknown" in leaderboard_markdown(board(cost=None))
    assert "$0.2000" in leaderboard_markdown(board())


def test_missing_episodes_come_with_their_bounds() -> None:
    assert (
        "weak-plain: missing provider 1; whatever they were, success is between 36.4 and 45.5 %."
        in leaderboard_markdown(board()).replace("\\", "")
    )


def test_a_difference_has_an_interval_and_a_warning() -> None:
    text = leaderboard_markdown(board())
    assert "| weak-plain | +40.0 [" in text
    assert "confirm it on other seeds" in text


def test_an_empty_board_prints_nothing() -> None:
    assert leaderboard_markdown(Leaderboard().standings()) == ""
    assert terminal(Leaderboard().standings()).strip() == ""


def laid_out(section: Section, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, no_color=True).print(sections_view([section]))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_arms_and_intervals_stay_whole_where_their_columns_are_too_many() -> None:
    arms, cells = ("strong-careful", "weak-careful", "strong-plain", "weak-plain"), ("100 [21, 100]",) * 4
    rows = (("return_to_other_card", *cells), ("exchange_second_choice", *cells))
    lines = laid_out(Section(title="By template", headings=("template", *arms), rows=rows, notes=()), 80)
    assert " ".join(" ".join(line.split()[1:]) for line in lines if line.startswith("template")) == " ".join(arms)
    assert sum(line.count("100 [21, 100]") for line in lines) == 8
    assert max(map(len, lines)) <= 80


def test_a_long_name_breaks_behind_an_underscore() -> None:
    row = ("violations_confirm_before_write↓", "0.28", "0.30")
    lines = laid_out(Section(title="t", headings=("metric", "before", "after"), rows=(row,), notes=()), 80)
    assert [line.split()[0] for line in lines[-3:] if line] == ["violations_confirm_before_", "write↓"]
