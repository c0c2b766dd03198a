from support.pages import ROOT

from wardian.scoring.catalogue import CATALOGUE, reference_page

PAGE = ROOT / "docs/reference/metrics.md"


def test_the_reference_page_is_what_the_code_says() -> None:
    """Stale? `python -m wardian.scoring.catalogue > docs/reference/metrics.md`."""
    assert PAGE.read_text() == reference_page()


def test_names_are_unique_and_descriptions_fit_a_table() -> None:
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)
    assert not [metric.name for metric in CATALOGUE if "|" in metric.description.replace("`|`", "")]
