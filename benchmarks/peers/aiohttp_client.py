"""aiohttp alone: a body out, a body in, both JSON by orjson; nothing is checked or repeated."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from asking import Ask, Peer, Setting, main


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(model: str, text: str) -> Any:
            body = orjson.dumps({"model": model, "messages": [{"role": "user", "content": text}]})
            headers = {"content-type": "application/json", "authorization": f"Bearer {setting.key}"}
            async with session.post(f"{setting.url}/chat/completions", data=body, headers=headers) as response:
                return orjson.loads(await response.read())

        yield ask


if __name__ == "__main__":
    main(Peer("aiohttp", opened, lambda answer: answer["choices"][0]["message"]["content"]))
