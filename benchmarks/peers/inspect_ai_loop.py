"""The loop of Inspect AI: a task whose solver generates until no tool is called; its log is written as usual."""

import os
import tempfile
from collections.abc import Sequence

from inspect_ai import Task, eval_async
from inspect_ai.dataset import Sample
from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import Tool, tool
from measure import QUESTION, Load, Outcome, World, main


@tool
def step(world: World) -> Tool:
    async def execute() -> str:
        """One step."""
        return world.step()

    return execute


@solver
def stepping(load: Load, outcomes: list[Outcome]) -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        world = World()
        state.tools = [step(world)]
        state = await generate(state, tool_calls="loop", extra_headers=load.headers(int(state.sample_id)))
        calls = sum(message.role == "assistant" for message in state.messages)
        outcomes.append(Outcome(calls, world.done, state.output.completion))
        return state

    return solve


async def play(load: Load, episodes: range) -> Sequence[Outcome]:
    """One evaluation with as many samples and connections at once as there are episodes at once."""
    outcomes: list[Outcome] = []
    samples = [Sample(id=str(number), input=QUESTION) for number in episodes]
    model = get_model("openai/m", base_url=load.url, api_key="none", responses_api=False)
    at_once = {"max_samples": load.concurrency, "max_connections": load.concurrency}
    with tempfile.TemporaryDirectory() as folder:
        task = Task(dataset=samples, solver=stepping(load, outcomes))
        (log,) = await eval_async(task, model=model, log_dir=folder, score=False, **at_once)
    return outcomes if log.status == "success" else []


if __name__ == "__main__":
    os.environ["INSPECT_DISPLAY"] = "none"
    main("inspect-ai", play)
