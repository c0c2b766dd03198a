"""What a tracker is told of a campaign."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wardian.base.dollars import total_usd
from wardian.base.identity import digest
from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord, Expenses, GateRecord
from wardian.reports.campaigns.papers import answered_name, whole_papers
from wardian.reports.campaigns.provenance import edits_of
from wardian.reports.campaigns.stages import moments, stages_of
from wardian.reports.campaigns.wording import campaign_note, document_of, edit_line, gate_line
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec
from wardian.tracking.campaign import CampaignCard, EntryCard, StageCard, StagePoint
from wardian.tracking.summary import RunStatus

__all__ = ["campaign_card"]

SIMULATED: Final = "**SIMULATED MODELS**: these numbers say nothing about real ones."


def campaign_card(folder: RunFolder, record: CampaignRecord, status: RunStatus | None) -> CampaignCard:
    """The campaign in `folder` as a tracker is told of it; writes the files that go with it.

    Args:
        folder: of its run.
        record: the campaign.
        status: how its process ended; None as long as it goes on.
    """
    job = folder.job()
    status = "finished" if record.stop is not None else status
    measured = (record.original, *(gate.champion for gate in record.gates))
    return CampaignCard(
        run_id=folder.id,
        experiment=job.tracking.experiment,
        prompt=record.prompt,
        original=document_of(record.original, job),
        shas={document_of(each, job): each.sha for each in measured},
        entries=tuple(_entries(record, job)),
        auto_promote=record.spec.auto_promote,
        whole=_labelled(_whole(folder, record, job, status), job),
        stages=tuple(_labelled(stage, job) for stage in stages_of(folder, record, job, status)),
    )


def _labelled(card: StageCard, job: JobSpec) -> StageCard:
    """With a label on the run and its page where simulated models answer."""
    if not job.simulated:
        return card
    tags = {**card.tags, "simulated": "true"}
    return card.model_copy(update={"tags": tags, "note": f"{SIMULATED}\n\n{card.note}".strip()})


def _whole(folder: RunFolder, record: CampaignRecord, job: JobSpec, status: RunStatus | None) -> StageCard:
    started, now = moments(record)
    tags = {
        "wardian.role": "campaign",
        "wardian.job": job.name,
        "wardian.prompt": record.prompt,
        "wardian.folder": folder.url,
        "wardian.stage_now": record.stage,
        "wardian.stop": record.stop or "",
    }
    point = StagePoint(step=record.expenses.episodes, at_ms=now, values=_figures(record))
    return StageCard(
        sha=digest([record.model_dump(mode="json"), status]),
        tags=tags,
        params=dict(_flat("", record.spec.model_dump(mode="json", exclude_none=True))),
        points=(point,),
        note=campaign_note(record),
        artifacts=whole_papers(folder, record),
        texts=(document_of(record.original, job), document_of(record.champion, job)),
        status=status,
        started_ms=started,
        ended_ms=now,
    )


def _figures(record: CampaignRecord) -> dict[str, float]:
    spent = record.expenses
    found: dict[str, float | None] = {
        "episodes": spent.episodes,
        "total_tokens": spent.tokens,
        "total_cost_usd": _dollars(spent),
        "candidates": len(record.candidates),
        "gates": len(record.gates),
        "slot_use": record.slot_use,
        "champion_success": record.success,
    }
    if record.promoted is not None:
        verdict = record.promoted.verdict
        found |= {"delta": verdict.delta, "ci_lo": verdict.low, "ci_hi": verdict.high}
    return {name: float(value) for name, value in found.items() if value is not None}


def _dollars(spent: Expenses) -> float | None:
    return total_usd((spent.agent_usd, spent.user_usd, spent.judge_usd, spent.reflection_usd))


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """The keys of a spec as they are typed behind `--set`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else key, inner)
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _entries(record: CampaignRecord, job: JobSpec) -> Iterator[EntryCard]:
    found = {candidate.number: candidate for candidate in record.candidates}
    for gate in record.gates:
        candidate = found[gate.candidate]
        if candidate.bundle is not None:
            yield EntryCard(
                text=document_of(candidate.bundle, job),
                parent=document_of(gate.champion, job),
                message=gate_line(record, gate, candidate),
                tags=_tags(record, gate, candidate) | ({"simulated": "true"} if job.simulated else {}),
                evidence="" if gate.evidence is None else answered_name(gate.verdict.gate),
                promoted=gate.verdict.ruling == "promoted",
            )


def _tags(record: CampaignRecord, gate: GateRecord, candidate: CandidateRecord) -> dict[str, str]:
    verdict, edits = gate.verdict, edits_of(record, candidate)
    return {
        "component": ", ".join(dict.fromkeys(edit.component for edit in edits)) or candidate.component,
        "edits": edit_line(record, candidate),
        "verdict": verdict.ruling,
        "e_value": f"{verdict.e_value:.6g}",
        "delta": f"{verdict.delta:.6f}",
        "ci_lo": f"{verdict.low:.6f}",
        "ci_hi": f"{verdict.high:.6f}",
        "pairs": str(verdict.pairs),
        "gate": str(verdict.gate),
        "alpha_spent": f"{verdict.alpha:.6g}",
        "gate_seed_block": verdict.seeds,
        "metric_sha": record.metric_sha,
        "bundle_sha": "" if candidate.bundle is None else candidate.bundle.sha,
    }
