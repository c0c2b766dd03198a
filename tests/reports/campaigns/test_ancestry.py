"""The lineage of a prompt as a tree."""

from support.campaigns import BETTER, PROMPT, SEED_TEXT, bundle, campaign, gate_record

from wardian.reports.campaigns.ancestry import ancestry_of, ancestry_text


def test_a_text_that_is_promoted_again_over_what_came_of_it_keeps_the_tree_a_tree() -> None:
    first = campaign([gate_record(1, "promoted", 0)], name="a")
    candidate = first.candidates[0].model_copy(update={"bundle": bundle(SEED_TEXT), "gate": 2})
    back = gate_record(2, "promoted", 0).model_copy(update={"champion": bundle(BETTER)})
    changes = {"original": bundle(BETTER), "champion": bundle(SEED_TEXT), "candidates": (candidate,)}
    second = campaign([back], name="b", started_at=1_700_000_100.0).model_copy(update=changes)
    found = ancestry_of(PROMPT, [second, first], aliases={}, numbers={})
    old, new = bundle(SEED_TEXT).sha, bundle(BETTER).sha
    assert found.roots == (old,)
    told = ancestry_text(found).splitlines()[3:]
    lines = [line.lstrip("└─├│ ") for line in told if old[:8] in line or new[:8] in line]
    assert lines == [old[:8], f"{new[:8]}  in a", f"{old[:8]}, as above  in b"]


def test_what_was_measured_against_a_version_stands_below_it_once() -> None:
    second = gate_record(2, "futile", 1).model_copy(update={"champion": bundle(BETTER)})
    records = [
        campaign([gate_record(1, "promoted", 0), second], name="a"),
        campaign([gate_record(4, "promoted", 0)], name="b", started_at=1_700_000_100.0),
    ]
    text = ancestry_text(ancestry_of(PROMPT, records, aliases={}, numbers={}))
    assert [text.count(f"─ gate {number} ") for number in (1, 2, 4)] == [1, 1, 1]
    assert text.count(f"{bundle(BETTER).sha[:8]}, as at gate 1  in b") == 1
