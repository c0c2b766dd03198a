"""The pack `counter` of our tests as a task of Inspect AI, for `inspect eval-set FILE@counting`.

As a program it prints what stands in the logs of a folder: of each sample that was completed its id and all that the
model said.
"""

import json
import sys
from collections.abc import Iterator

from inspect_ai import Task, task
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.log import list_eval_logs, read_eval_log
from inspect_ai.tool import Tool, tool
from inspect_ai.util import store


@tool
def add() -> Tool:
    async def execute(by: int) -> str:
        """Add to the counter.

        Args:
            by: How much.
        """
        value = store().get("value", 0) + by
        store().set("value", value)
        return str(value)

    return execute


@task
def counting(episodes: int) -> Task:
    samples = [Sample(id=f"count-{goal}", input=f"Count to {goal}, please.") for goal in range(1, episodes + 1)]
    return Task(dataset=samples, solver=react(prompt=None, tools=[add()], submit=False))


def results(folder: str) -> Iterator[tuple[str, list[str]]]:
    for place in list_eval_logs(folder):
        log = read_eval_log(place)
        for sample in log.samples or () if log.status == "success" else ():
            if sample.error is None:
                yield str(sample.id), [message.text for message in sample.messages if message.role == "assistant"]


if __name__ == "__main__":
    print(json.dumps(list(results(sys.argv[1]))))
