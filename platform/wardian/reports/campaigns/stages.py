"""The stages of a campaign, as runs of a tracker."""

from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import Any

from wardian.base.identity import digest
from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord, GateRecord
from wardian.optimization.gate.verdict import GateVerdict
from wardian.reports.campaigns.papers import gate_papers
from wardian.reports.campaigns.wording import document_of, gate_note
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec
from wardian.tracking.campaign import StageCard, StagePoint
from wardian.tracking.summary import RunStatus

__all__ = ["moments", "stages_of"]


def moments(record: CampaignRecord) -> tuple[int, int]:
    """When it began and how far it is, in milliseconds since the epoch."""
    return int(record.started_at * 1000), int((record.started_at + record.wall_s) * 1000)


def stages_of(
    folder: RunFolder, record: CampaignRecord, job: JobSpec, status: RunStatus | None
) -> tuple[StageCard, ...]:
    """Those that there is something to say of, in order; all but the last have ended, which is as the whole is."""
    found = list(_stages(folder, record, job))
    if found and status != "finished":
        found[-1] = found[-1].model_copy(update={"status": status, "sha": f"{found[-1].sha}-{status}"})
    return tuple(found)


def _stages(folder: RunFolder, record: CampaignRecord, job: JobSpec) -> Iterator[StageCard]:
    if record.preflight is not None:
        yield _observed(record)
    found = {candidate.number: candidate for candidate in record.candidates}
    for generation in sorted({each.generation for each in record.candidates}):
        proposed = [each for each in record.candidates if each.generation == generation]
        yield _proposed(record, generation, proposed)
        if raced := [each for each in proposed if each.rung]:
            yield _raced(record, generation, raced)
        for gate in record.gates:
            if found[gate.candidate].generation == generation:
                yield _gate(folder, record, job, gate, found[gate.candidate])


def _observed(record: CampaignRecord) -> StageCard:
    before = record.preflight
    values = {} if before is None else before.model_dump(exclude={"warnings", "false_alarm"}, exclude_none=True)
    success = {} if record.success is None else {"success": record.success}
    holds = sum(each.counterfactual.holds is not False for each in record.evidence)
    figures = {**values, **success, "observed": record.observed, "clusters": len(record.evidence), "holding": holds}
    warnings = () if before is None else before.warnings
    return _card(record, "observe", [(0, figures)], note="\n".join(f"- {warning}" for warning in warnings))


def _proposed(record: CampaignRecord, generation: int, proposed: Sequence[CandidateRecord]) -> StageCard:
    refused = [each for each in proposed if each.refused]
    figures = {"proposed": len(proposed), "refused": len(refused)}
    costs = [each.cost_usd for each in proposed if each.cost_usd is not None]
    paid = {"cost_usd": sum(costs)} if len(costs) == len(proposed) else {}
    note = "\n".join(f"- {each.number} {each.component}: {each.refused or each.cluster}" for each in proposed)
    return _card(record, f"propose {generation}", [(0, figures | paid)], note=note)


def _raced(record: CampaignRecord, generation: int, raced: Sequence[CandidateRecord]) -> StageCard:
    points = [(each.number, {"search_delta": each.search_delta, "rung": each.rung}) for each in raced]
    pairs = {"raced": len(raced), "pairs": sum(each.pairs for each in raced)}
    note = "`search_delta` by the number of the candidate: the largest was chosen for being large, and is too good."
    return _card(record, f"race {generation}", [*points, (0, pairs)], note=note)


def _gate(
    folder: RunFolder, record: CampaignRecord, job: JobSpec, gate: GateRecord, candidate: CandidateRecord
) -> StageCard:
    verdict = gate.verdict
    entered = () if candidate.bundle is None else (document_of(candidate.bundle, job),)
    card = _card(record, f"gate {verdict.gate}", _curve(gate), note=gate_note(record, gate, candidate))
    return card.model_copy(
        update={
            "sha": digest([card.sha, gate.model_dump(mode="json")]),
            "tags": {**card.tags, **_ended(verdict)},
            "artifacts": gate_papers(folder, gate),
            "texts": (document_of(gate.champion, job), *entered),
        }
    )


def _curve(gate: GateRecord) -> list[tuple[int, Mapping[str, float]]]:
    """Over the pairs, with where a promotion is on the scale of `log_e`."""
    promotes = log(gate.verdict.threshold)
    shown = {"log_e", "log_futility", "coverage"}
    return [
        (at.pairs, at.model_dump(include=shown) | {"mean_delta": at.delta, "log_threshold": promotes})
        for at in gate.curve
    ]


def _ended(verdict: GateVerdict) -> Mapping[str, str]:
    """What a gate came to: tags, for a metric of one value is drawn as a chart of one dot."""
    figures = {
        "e_value": verdict.e_value,
        "threshold": verdict.threshold,
        "futility": verdict.futility,
        "alpha": verdict.alpha,
        "p_value": verdict.p_value,
        "delta": verdict.delta,
        "ci_lo": verdict.low,
        "ci_hi": verdict.high,
    }
    told = {name: f"{value:.6g}" for name, value in figures.items() if value is not None}
    return {"verdict": verdict.ruling, "gate_seed_block": verdict.seeds, "pairs": str(verdict.pairs), **told}


def _card(
    record: CampaignRecord, name: str, points: Sequence[tuple[int, Mapping[str, Any]]], *, note: str
) -> StageCard:
    started, now = moments(record)
    card = StageCard(
        name=name,
        sha="",
        tags={"wardian.role": name.split()[0], "wardian.prompt": record.prompt},
        points=tuple(StagePoint(step=step, at_ms=started, values=values) for step, values in points),
        note=note,
        status="finished",
    )
    told = digest(card.model_dump(mode="json"))
    return card.model_copy(update={"sha": told, "started_ms": started, "ended_ms": now})
