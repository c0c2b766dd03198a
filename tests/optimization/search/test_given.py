"""A version that somebody brings is decided on like any other, and nothing else is played for it."""

import pytest
from support.campaign_trials import SPEC, Trial

from wardian.base.bundle import SYSTEM
from wardian.optimization.search.given import GivenSearch
from wardian.optimization.selfcheck.traits import CHAMPION, rule
from wardian.specs.refinement import RefineSpec, SearchSpec


def brought(trait: str) -> Trial:
    """A campaign that hears the champion with one more rule."""
    search = SearchSpec(kind="given", texts={SYSTEM: CHAMPION.texts[SYSTEM] + rule(trait, 0)}, origin="sweep-1 a@long")
    return Trial({"empty": 1.0}, spec=SPEC.model_copy(update={"search": search}), search=lambda: GivenSearch(search))


def test_a_better_version_is_promoted_and_nobody_is_asked_for_another() -> None:
    trial = brought("mends")
    record = trial.run()
    assert (record.stop, len(record.gates), trial.asked) == ("promoted", 1, 0)
    assert record.candidates[0].cluster == "sweep-1 a@long"
    assert record.candidates[0].search_delta == 0.0
    assert trial.played <= 2 * (SPEC.preflight + SPEC.gate.pairs)


def test_a_worse_one_is_not_and_nothing_follows() -> None:
    record = brought("harms").run()
    assert record.champion == record.original
    assert (record.stop, len(record.gates), len(record.candidates)) == ("gates", 1, 1)


def test_a_campaign_that_is_broken_off_hears_the_same_and_comes_to_the_same_end() -> None:
    whole, broken = brought("mends"), brought("mends")
    record = whole.run()
    with pytest.raises(TimeoutError):
        broken.run(until_s=whole.seconds / 2)
    assert broken.run().decisions == record.decisions
    assert broken.played <= whole.played + 2 * broken.slots


@pytest.mark.parametrize("search", [{"kind": "given"}, {"kind": "pareto", "texts": {"system": "Be kind."}}])
def test_texts_are_those_of_a_given_version(search: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="`texts` are those of the kind `given`"):
        SearchSpec.model_validate(search)


def test_a_given_text_is_one_that_may_be_edited() -> None:
    search = {"kind": "given", "texts": {"recovery": "Try again."}}
    with pytest.raises(ValueError, match=r"`search\.texts` has recovery, which is not among `components`"):
        RefineSpec.model_validate({"reflection": {"model": "m"}, "search": search})
