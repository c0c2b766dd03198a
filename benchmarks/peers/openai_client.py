"""The OpenAI SDK with its own retries (two by default)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asking import Ask, Peer, Setting, main
from openai import AsyncOpenAI, OpenAIError


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    timeout = {} if setting.timeout_s is None else {"timeout": setting.timeout_s}
    async with AsyncOpenAI(base_url=setting.url, api_key=setting.key, **timeout) as client:

        async def ask(model: str, text: str) -> Any:
            return await client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])

        yield ask


if __name__ == "__main__":
    main(Peer("openai", opened, lambda answer: answer.choices[0].message.content, (OpenAIError,)))
