"""`httpx.AsyncClient` as it comes, but for the number of connections: a body out, a body in, both JSON."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from asking import Ask, Peer, Setting, main


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    headers = {"authorization": f"Bearer {setting.key}"}
    async with httpx.AsyncClient(limits=limits, timeout=600, headers=headers) as client:

        async def ask(model: str, text: str) -> Any:
            body = {"model": model, "messages": [{"role": "user", "content": text}]}
            return (await client.post(f"{setting.url}/chat/completions", json=body)).json()

        yield ask


if __name__ == "__main__":
    main(Peer("httpx", opened, lambda answer: answer["choices"][0]["message"]["content"]))
