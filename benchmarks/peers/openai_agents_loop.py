"""The loop of the OpenAI Agents SDK: an agent, a function tool, the runner; nothing is traced or recorded."""

from collections.abc import Sequence

from agents import (
    Agent,
    ModelSettings,
    OpenAIChatCompletionsModel,
    RunConfig,
    RunContextWrapper,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from measure import QUESTION, Load, Outcome, World, main, side_by_side
from openai import AsyncOpenAI


@function_tool
async def step(context: RunContextWrapper[World]) -> str:
    """One step."""
    return context.context.step()


async def play(load: Load, episodes: range) -> Sequence[Outcome]:
    """One client and one agent for all episodes."""
    async with AsyncOpenAI(base_url=load.url, api_key="none") as client:
        model = OpenAIChatCompletionsModel(model="m", openai_client=client)
        agent = Agent[World](name="a", model=model, tools=[step])

        async def episode(number: int) -> Outcome:
            world = World()
            config = RunConfig(model_settings=ModelSettings(extra_headers=load.headers(number)))
            result = await Runner.run(agent, QUESTION, context=world, run_config=config)
            return Outcome(result.context_wrapper.usage.requests, world.done, result.final_output)

        return await side_by_side(episode, episodes, load.concurrency)


if __name__ == "__main__":
    set_tracing_disabled(True)
    main("openai-agents", play)
