"""Paths: one spelling for each file, and no way out of the tree."""

import pytest

from wardian.environments.files.paths import checked, folded
from wardian.environments.tool import ToolError

ATTACKS = {
    "parent": "../secret",
    "parent in the middle": "docs/../../secret",
    "parent at the end": "docs/..",
    "absolute": "/etc/passwd",
    "itself": "./docs",
    "itself in the middle": "docs/./plan.md",
    "twice": "docs//plan.md",
    "slash at the end": "docs/",
    "backslash": "docs\\plan.md",
    "drive": "C:\\plan.md",
    "nul": "docs/plan.md\0.txt",
    "line": "docs/plan\n.md",
    "escape": "docs/\x1b[31mplan.md",
    "no width": "docs/pl\N{ZERO WIDTH SPACE}an.md",
    "right to left": "docs/\N{RIGHT-TO-LEFT OVERRIDE}dm.nalp",
    "hard blank": "docs/plan\N{NO-BREAK SPACE}b.md",
    "half a character": "docs/\ud800.md",
    "private": "docs/\ue000.md",
    "wide slash": "docs\N{FULLWIDTH SOLIDUS}plan.md",
    "two dots in one": "\N{TWO DOT LEADER}/secret",
    "ligature": "docs/\N{LATIN SMALL LIGATURE FI}le.md",
    "decomposed": "docs/re\N{COMBINING ACUTE ACCENT}sume.md",
    "cyrillic among latin": "docs/pl\N{CYRILLIC SMALL LETTER A}n.md",
    "greek among latin": "docs/\N{GREEK CAPITAL LETTER ALPHA}pril.md",
    "blank before": "docs/ plan.md",
    "blank after": "docs/plan.md ",
    "long": "a/" * 99 + "plan.md",
    "very long": "a" * 1_000_000,
    "long name": "a" * 101,
    "deep": "/".join("abcdefghijklm"),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attacks_are_refused_in_one_line(attack: str) -> None:
    with pytest.raises(ToolError) as refused:
        checked(attack)
    assert refused.value.code == "invalid_path"
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 250


@pytest.mark.parametrize(
    "path",
    [
        "plan.md",
        "docs/plan (old).md",
        "docs/.hidden",
        "docs/...md",
        "docs/résumé.md",
        "текст/план.txt",
        "資料/メモ帳.md",
        "a_b%/c*?",
    ],
)
def test_ordinary_names_are_taken_as_they_are(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize("root", ["", ".", "/"])
def test_the_root_is_understood(root: str) -> None:
    assert checked(root) == ""


def test_capitals_fold() -> None:
    assert folded("Docs/Straße.md") == folded("docs/STRASSE.MD")
    assert folded("docs/a.md") != folded("docs/b.md")


def test_words_of_other_scripts_that_look_the_same_fold() -> None:
    cop = "\N{CYRILLIC CAPITAL LETTER ES}\N{CYRILLIC SMALL LETTER O}\N{CYRILLIC SMALL LETTER ER}"
    assert checked(f"docs/{cop}.md") != "docs/Cop.md"
    assert folded(f"docs/{cop}.md") == folded("docs/cop.md")
