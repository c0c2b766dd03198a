"""A whole campaign on the shop: from poor trajectories to a promoted version, and whether that is as good as claimed.

python benchmarks/refinement_story.py [--quick] [--json]
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import fmean

import yaml
from goals import Goal, report

from wardian.base.bundle import SYSTEM
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.gate.verdict import GateVerdict
from wardian.reports.campaigns.kept import kept
from wardian.runs.folder import RunFolder

CONFIG = Path(__file__).parents[1] / "configs" / "refine_support.yaml"
PATIENCE_S = 900
UNTRACKED = ("--set", "tracking.enabled=false")


def story(quick: bool) -> Iterator[Goal]:
    """A campaign for each seed of the job; then champion and promoted version on seeds that no campaign has drawn."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in (11,) if quick else (11, 12, 13):
            own = Path(folder, str(seed))
            record = _campaign(own, seed)
            yield from _costs(record, f"retail, seed {seed}")
            if record.promoted is not None:
                fresh = _fresh_gain(own, record, seed, repeats=2 if quick else 6)
                yield from _claims(record.promoted.verdict, fresh, f"retail, seed {seed}")


def _campaign(folder: Path, seed: int) -> CampaignRecord:
    _wardian("refine", str(CONFIG), *UNTRACKED, "--set", f"seed={seed}", "--set", f"output={folder}")
    record = kept(RunFolder.find("last", folder))
    if record is None:
        raise SystemExit(f"no campaign in {folder}")
    return record


def _costs(record: CampaignRecord, name: str) -> Iterable[Goal]:
    yield Goal(f"{name}: promotions", float(record.promoted is not None), "", 1.0, "at least")
    yield Goal(f"{name}: episodes", record.expenses.episodes, "", 1_300.0)
    yield Goal(
        f"{name}: episodes over the budget", max(0, record.expenses.episodes - record.spec.budget.episodes), "", 0.0
    )
    yield Goal(f"{name}: slots in use", 100 * record.slot_use, "%")
    yield Goal(f"{name}: wall time", record.wall_s, "s")


def _claims(verdict: GateVerdict, fresh: float, name: str) -> Iterable[Goal]:
    yield Goal(f"{name}: pairs of the gate", verdict.pairs, "")
    yield Goal(f"{name}: claimed gain", 100 * verdict.delta, "points")
    yield Goal(f"{name}: gain on fresh seeds", 100 * fresh, "points", 0.0, "at least")
    yield Goal(
        f"{name}: fresh gain is in the interval", float(verdict.low <= fresh <= verdict.high), "", 1.0, "at least"
    )


def _fresh_gain(folder: Path, record: CampaignRecord, seed: int, repeats: int) -> float:
    """The difference of success over all tasks of the job, each played so often, in a run of its own."""
    config = yaml.safe_load(CONFIG.read_text())
    config["prompts"] = {"before": record.original.texts[SYSTEM], "after": record.champion.texts[SYSTEM]}
    model = config["agents"][0]["model"]
    config["agents"] = [{"name": name, "model": model, "prompt": name} for name in config["prompts"]]
    config |= {"seed": seed + 1_000, "repeats": repeats, "output": str(folder)}
    del config["refine"]
    job = folder / "fresh.yaml"
    job.write_text(yaml.safe_dump(config))
    _wardian("run", str(job), *UNTRACKED)
    results = [each.result for each in RunFolder.find("last", folder).finished()]
    before, after = (
        fmean(result.values["success"] for result in results if result.arm == arm) for arm in ("before", "after")
    )
    return after - before


def _wardian(*words: str) -> None:
    command = [sys.executable, "-m", "wardian", *words]
    done = subprocess.run(command, timeout=PATIENCE_S, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one campaign instead of three")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(story(options.quick), as_json=options.json)
