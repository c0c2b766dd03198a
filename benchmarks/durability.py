"""Fifty kills of what plays a run: what is lost, what is there twice, what is paid for again.

python benchmarks/durability.py [--quick] [--json] [--seed N] [--log]

`wardian chaos` with 500 episodes of 4 calls on a Ray of its own: kill -9 of workers, of the coordinator, and of the
head's raylet or GCS, which ends the cluster, so that the run is resumed on another one. The same episodes without kills
come first.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import orjson
from goals import Goal, report

from wardian.runs.chaos.verdict import Verdict

HERE = Path(__file__).parent
WORKERS, EACH = 2, 4
FIFTY = {"worker": 20, "coordinator": 20, "raylet": 5, "gcs": 5}
EIGHT = {"worker": 3, "coordinator": 3, "raylet": 1, "gcs": 1}
JOB = """\
name: durability
environments: [{{pack: turns, knobs: {{tasks: {episodes}, calls: 3}}}}]
servers: {{sim: {{kind: simulator, skills: {{m: {{accuracy: 0.8, loop: 0.2, latency_s: 0.2, latency_sigma: 0.3}}}}}}}}
models: {{m: {{server: sim}}}}
agents: [{{name: a, model: m}}]
limits: {{turns: 4}}
executor: {{kind: ray, workers: {workers}, concurrency: {each}, lease_s: 5}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="eight kills in a hundred episodes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", action="store_true", help="say on stderr what is killed when")
    options = parser.parse_args()
    plan, episodes = (EIGHT, 100) if options.quick else (FIFTY, 500)
    found = survived(plan, episodes, options.seed, log=options.log)
    report(goals(found, sum(plan.values())), as_json=options.json)


def survived(plan: dict[str, int], episodes: int, seed: int, *, log: bool) -> Verdict:
    """What `wardian chaos` finds."""
    kills = ",".join(f"{kind}={number}" for kind, number in plan.items())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "envs").symlink_to(HERE / "packs")
        (Path(folder) / "job.yaml").write_text(JOB.format(episodes=episodes, workers=WORKERS, each=EACH))
        words = [sys.executable, "-m", "wardian", "chaos", "job.yaml", "--plan", kills, "--seed", str(seed), "--json"]
        said = None if log else subprocess.PIPE
        done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=said, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(done.stderr)
    document = orjson.loads(done.stdout)
    return Verdict.model_validate({key: document[key] for key in Verdict.model_fields})


def goals(found: Verdict, kills: int) -> Iterable[Goal]:
    """Each guarantee, beside what it promises."""
    done = len(found.struck)
    calls = f"paid calls repeated, of {found.calls:,}"
    return [
        Goal("kill -9", done, "", kills, "at least"),
        Goal(f"episodes lost, of {found.episodes:,}", found.lost, "", 0),
        Goal("results twice", found.doubled, "", 0),
        Goal("episodes missing in tables/*.parquet", found.lost_rows, "", 0),
        Goal("rows twice in tables/*.parquet", found.doubled_rows, "", 0),
        Goal("results other than without kills", found.differing, "", 0),
        Goal(f"{calls}, in all", found.repeated, "", found.allowed),
        Goal(f"{calls}, for each kill", found.repeated / max(done, 1), "", EACH),
        Goal(f"{calls}, although nobody had been interrupted", found.unexplained, "", 0),
        Goal(f"{calls}, without kills", found.repeated_undisturbed, "", 0),
        Goal("episodes restarted because their replay diverged", found.restarted, "", 0),
        Goal("from the first episode to the last", found.wall_s / 60.0, "min", 10.0 if kills > 10 else None),
        Goal("the same without kills", found.undisturbed_s / 60.0, "min"),
    ]


if __name__ == "__main__":
    main()
