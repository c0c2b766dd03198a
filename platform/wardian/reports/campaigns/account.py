"""A campaign as the page of its run begins with it."""

from collections.abc import Iterator
from math import log
from typing import Final

from wardian.base.frozen import Frozen
from wardian.optimization.campaign.record import CampaignRecord, GateRecord
from wardian.optimization.gate.verdict import GateVerdict, Ruling
from wardian.reports.campaigns.tables import campaign_tables, guardrail_table
from wardian.reports.campaigns.telling import changes
from wardian.reports.campaigns.wording import gain
from wardian.reports.sections import Section

__all__ = ["CampaignAccount", "GateAccount", "account_of"]

POOLED: Final = (
    "Each version over all its episodes of preflight, race and gate. Candidates that were ahead played more of them, "
    "so these rows are no comparison: the verdicts of the gates are."
)


class GateAccount(Frozen):
    """One gate.

    Args:
        number: in the lineage of the prompt.
        candidate: the name of the arm that the champion was compared with.
        ruling: the verdict.
        why: in a line.
        facts: names and values of what the verdict rests on.
        curve: pairs, and the decimal logarithm of the evidence after so many.
        threshold: the decimal logarithm of what promotion asks for.
        guardrails: what must not get worse.
    """

    number: int
    candidate: str
    ruling: Ruling
    why: str
    facts: tuple[tuple[str, str], ...]
    curve: tuple[tuple[int, float], ...]
    threshold: float
    guardrails: Section


class CampaignAccount(Frozen):
    """The whole of it.

    Args:
        headline: what came of it, in a sentence.
        notes: why it ended, and what its preflight said.
        gates: in order.
        changed: what `diff` compares; "" where nothing was promoted.
        diff: the texts of the last promotion against those before it: names of components, and lines that begin with
            `+`, `-` or a blank.
        sections: the tables of the campaign.
        arms: how the numbers of its arms are to be read.
    """

    headline: str
    notes: tuple[str, ...]
    gates: tuple[GateAccount, ...] = ()
    changed: str = ""
    diff: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    arms: str = POOLED


def account_of(record: CampaignRecord) -> CampaignAccount:
    """What is known of it by now."""
    won = record.promoted
    return CampaignAccount(
        headline=_headline(record),
        notes=tuple(_notes(record)),
        gates=tuple(map(_gate, record.gates)),
        changed="" if won is None else f"What candidate {won.candidate} says otherwise than the champion before it",
        diff=tuple(changes(record)),
        sections=campaign_tables(record),
    )


def _headline(record: CampaignRecord) -> str:
    won = record.promoted
    if won is not None:
        verdict = won.verdict
        how = ", shorter and no worse" if verdict.simplification else ""
        measured = f"{gain(verdict)} points over the champion in {verdict.pairs:,} pairs"
        return f"Gate {verdict.gate} promoted candidate {won.candidate}{how}: {measured}."
    if record.stop is None:
        return f"The campaign has not ended (stage: {record.stage}); nothing is promoted yet."
    return "Nothing was promoted: the champion stays."


def _notes(record: CampaignRecord) -> Iterator[str]:
    if record.stop is not None:
        yield f"Ended ({record.stop}): {record.why}."
    before = record.preflight
    if before is not None:
        yield (
            f"Preflight: the champion succeeds in {100 * before.success:.0f} % over {before.pairs} pairs with itself; "
            f"a gate finds a gain of {100 * before.detectable:.0f} points or more in 8 of 10 cases."
        )
        yield from before.warnings


def _gate(gate: GateRecord) -> GateAccount:
    verdict = gate.verdict
    return GateAccount(
        number=verdict.gate,
        candidate=f"candidate {gate.candidate}",
        ruling=verdict.ruling,
        why=verdict.why,
        facts=tuple(_facts(gate, verdict)),
        curve=tuple((at.pairs, round(at.log_e / log(10), 4)) for at in gate.curve),
        threshold=log(verdict.threshold) / log(10),
        guardrails=guardrail_table(gate),
    )


def _facts(gate: GateRecord, verdict: GateVerdict) -> Iterator[tuple[str, str]]:
    yield "Gain, points", gain(verdict)
    yield "Pairs", f"{verdict.pairs:,}"
    yield "Evidence", f"{verdict.e_value:.3g} of {verdict.threshold:.3g}"
    yield "Alpha", f"{verdict.alpha:.2g}"
    yield "Coverage", f"{100 * verdict.coverage:.1f} %"
    if gate.audit_delta is not None:
        yield f"Audit, {len(gate.audit)} pairs", f"{100 * gate.audit_delta:+z.1f} points"
