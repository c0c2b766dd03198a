"""A run whose account is empty, with ten thousand episodes in the queue: requests in vain, time to the pause, resume.

python benchmarks/pausing.py [--quick] [--json] [--only local,ray]

The provider is in this process, the runs are `wardian run` and `wardian resume` as processes of their own.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from goals import Goal, report

from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served

AT_ONCE = 64
WORKERS = 2
EXECUTORS = {
    "local": f"{{kind: local, concurrency: {AT_ONCE}}}",
    "ray": f"{{kind: ray, workers: {WORKERS}, concurrency: {AT_ONCE // WORKERS}}}",
}
JOB = """\
name: pausing
environments: [{{pack: retail, knobs: {{tasks: 25}}}}]
models: {{m: {{base_url: "{url}/v1"}}}}
agents: [{{name: a, model: m}}]
limits: {{turns: 2}}
repeats: {repeats}
executor: {executor}
tracking: {{enabled: false}}
"""
ANSWER = {
    "choices": [{"message": {"role": "assistant", "content": "How can I help you?"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5},
}
NO_CREDIT = {"error": {"message": "Insufficient credits"}}


class Account:
    """A provider that answers `credit` calls and then asks for money."""

    def __init__(self, credit: float) -> None:
        self.credit = credit
        self.answered = 0
        self.refused: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        while (await receive()).get("more_body"):
            pass
        if scope["method"] == "GET":
            await _send(send, 200, {"data": []})
        elif self.answered < self.credit:
            self.answered += 1
            await _send(send, 200, ANSWER)
        else:
            self.refused.append(time.monotonic())
            await _send(send, 402, NO_CREDIT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a thousand episodes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="local,ray")
    options = parser.parse_args()
    episodes = 1_000 if options.quick else 10_000
    goals: list[Goal] = []
    for where in options.only.split(","):
        goals += asyncio.run(paused(where, episodes))
    report(goals, as_json=options.json)


async def paused(where: str, episodes: int) -> Iterable[Goal]:
    """A tenth of the way the money is gone; then there is new one, and the run is resumed."""
    account = Account(credit=episodes * 2 / 10)
    async with served(account) as url:
        with tempfile.TemporaryDirectory() as folder:
            job = JOB.format(url=url, repeats=episodes // 25, executor=EXECUTORS[where])
            (Path(folder) / "job.yaml").write_text(job)
            code, first = await _wardian(folder, "run", "job.yaml")
            ended = time.monotonic()
            account.credit = float("inf")
            resumed, last = await _wardian(folder, "resume", "last")
    return [
        Goal(f"{where}: paused with code 5", float(code == 5), "", 1, "at least"),
        Goal(f"{where}: requests without credit, {first['unplayed']:,} queued", len(account.refused), "", AT_ONCE + 1),
        Goal(f"{where}: from the first refusal to the last", account.refused[-1] - account.refused[0], "s", 2.0),
        Goal(f"{where}: from the first refusal to the end of the process", ended - account.refused[0], "s"),
        Goal(f"{where}: episodes marked as failed", first["missing"], "", 0),
        Goal(f"{where}: resumed with code 0", float(resumed == 0), "", 1, "at least"),
        Goal(f"{where}: episodes missing after resume", last["missing"] + last["unplayed"], "", 0),
    ]


async def _wardian(folder: str, *words: str) -> tuple[int, dict[str, Any]]:
    command = (sys.executable, "-m", "wardian", *words, "--json")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    if not out:
        raise RuntimeError(err.decode())
    return process.returncode or 0, orjson.loads(out)


async def _send(send: Send, status: int, document: object) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(document)})


if __name__ == "__main__":
    main()
