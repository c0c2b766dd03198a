"""The loop of Pydantic AI: an agent with a tool, its state as dependencies; nothing is instrumented or recorded."""

from collections.abc import Sequence

from measure import QUESTION, Load, Outcome, World, main, side_by_side
from openai import AsyncOpenAI
from pydantic_ai import Agent, RunContext
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


async def step(context: RunContext[World]) -> str:
    """One step."""
    return context.deps.step()


async def play(load: Load, episodes: range) -> Sequence[Outcome]:
    """One client and one agent for all episodes."""
    async with AsyncOpenAI(base_url=load.url, api_key="none") as client:
        model = OpenAIChatModel("m", provider=OpenAIProvider(openai_client=client))
        agent = Agent(model, deps_type=World, tools=[step])

        async def episode(number: int) -> Outcome:
            world = World()
            result = await agent.run(QUESTION, deps=world, model_settings={"extra_headers": load.headers(number)})
            return Outcome(result.usage.requests, world.done, result.output)

        return await side_by_side(episode, episodes, load.concurrency)


if __name__ == "__main__":
    main("pydantic-ai-slim", play)
