"""tenacity's decorator around the OpenAI SDK, as OpenAI's guide to rate limits shows it; the SDK repeats nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asking import Ask, Peer, Setting, main
from openai import AsyncOpenAI, OpenAIError
from tenacity import RetryError, retry, stop_after_attempt, wait_random_exponential


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    timeout = {} if setting.timeout_s is None else {"timeout": setting.timeout_s}
    async with AsyncOpenAI(base_url=setting.url, api_key=setting.key, max_retries=0, **timeout) as client:

        @retry(wait=wait_random_exponential(min=1, max=60), stop=stop_after_attempt(6))
        async def ask(model: str, text: str) -> Any:
            return await client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])

        yield ask


if __name__ == "__main__":
    main(Peer("tenacity", opened, lambda answer: answer.choices[0].message.content, (OpenAIError, RetryError)))
