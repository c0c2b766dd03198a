"""A million damaged replies, whole and streamed, in every dialect: an answer that can be stored, or a typed error.

python benchmarks/fuzz_replies.py [--quick] [--runs 1000000] [--seed 0] [--first 0] [--minutes M] [--json]

A case follows from the seed and its number; `--first NUMBER --runs 1` plays one again. The first case that fails is
printed with its bytes, and ends the run with exit code 1. Memory is what the process grew by after the first tenth.
"""

import argparse
import asyncio
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from goals import Goal, report

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.reply_fuzz import Case, ReplyFuzz

SHOWN_BYTES = 2_000
CPU_S = 0.25
"""The sizes that are tried take a fraction of it; more is a loop that grows with the square of the size."""
MOST_MEMORY = 2**31
"""Address space of the whole process: what wants more for a reply of some kilobytes fails."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 runs")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after this time")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    runs = 20_000 if options.quick else options.runs
    numbers = range(options.first, options.first + runs)
    fuzz = ReplyFuzz(CPU_S)
    goals = asyncio.run(_played(fuzz, options.seed, numbers, 60 * options.minutes))
    if not options.json:
        print(", ".join(f"{kind} {count:,}" for kind, count in sorted(fuzz.outcomes.items())))
    report(goals, as_json=options.json)


async def _played(fuzz: ReplyFuzz, seed: int, numbers: range, seconds: float) -> list[Goal]:
    begun, ends_at, early, done = time.process_time(), time.monotonic() + seconds, 0.0, 0
    for number in numbers:
        case = Case.of(seed, number)
        try:
            await fuzz.play(case)
        except Exception:  # noqa: BLE001  (whatever comes out is what is looked for)
            _show(seed, number, case)
            raise SystemExit(1) from None
        done += 1
        if done % 100 == 0:
            await asyncio.sleep(0)  # lets the loop throw away timers that were cancelled
        early = _megabytes() if done == len(numbers) // 10 else early
        if time.monotonic() > ends_at:
            break
    return list(_goals(fuzz, done, early or _megabytes(), time.process_time() - begun))


def _goals(fuzz: ReplyFuzz, done: int, early: float, seconds: float) -> Iterator[Goal]:
    yield Goal("damaged replies read, all typed and fit to be stored", done, "replies")
    yield Goal("slowest of them, CPU", fuzz.slowest_s, "s", CPU_S)
    yield Goal("growth of memory after the first tenth", _megabytes() - early, "MB", 50.0)
    yield Goal("CPU for each, its making included", 1e6 * seconds / done, "µs")


def _show(seed: int, number: int, case: Case) -> None:
    traceback.print_exc()
    print(f"seed {seed}, case {number}: {case.seed.dialect}, text tools {case.text_tools}", file=sys.stderr)
    print(f"status {case.status}, headers {dict(case.headers)}", file=sys.stderr)
    body = b"".join(case.chunks)
    print(f"{len(case.chunks)} chunks, {len(body)} bytes: {body[:SHOWN_BYTES]!r}", file=sys.stderr)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
