"""Inspect AI's models with adaptive connections, its default, which may grow to as many as there are agents."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asking import Ask, Peer, Setting, main
from inspect_ai.model import ChatMessageUser, GenerateConfig, get_model
from inspect_ai.util import AdaptiveConcurrency
from openai import OpenAIError
from tenacity import RetryError


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    timeout = {} if setting.timeout_s is None else {"timeout": int(setting.timeout_s)}
    many = {"adaptive_connections": AdaptiveConcurrency(max=setting.connections)} if setting.connections > 1 else {}
    config = GenerateConfig(**timeout, **many)

    async def ask(model: str, text: str) -> Any:
        place = {"base_url": setting.url, "api_key": setting.key, "responses_api": False}
        client = models.get(model) or models.setdefault(model, get_model(f"openai/{model}", config=config, **place))
        return await client.generate([ChatMessageUser(content=text)])

    models: dict[str, Any] = {}
    yield ask


def said(answer: Any) -> str:
    if answer.error:
        raise ValueError(answer.error)
    return answer.choices[0].message.text


if __name__ == "__main__":
    own = tuple(
        kind
        for name, module in sys.modules.items()
        if name.startswith("inspect_ai.")
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__.startswith("inspect_ai.")
    )
    main(Peer("inspect-ai", opened, said, (OpenAIError, RetryError, *own)))
