"""litellm: its Router, which is told the limits, and for CPU `acompletion` alone, which costs less."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import litellm
from asking import Ask, Peer, Setting, main
from openai import OpenAIError


@asynccontextmanager
async def routed(setting: Setting) -> AsyncIterator[Ask]:
    limits = {"rpm": setting.rpm, "tpm": setting.tpm} if setting.rpm else {}
    deployment = {"model": "openai/*", "api_base": setting.url, "api_key": setting.key, **limits}
    router = litellm.Router([{"model_name": "*", "litellm_params": deployment}], timeout=setting.timeout_s)

    async def ask(model: str, text: str) -> Any:
        return await router.acompletion(model=model, messages=[{"role": "user", "content": text}])

    yield ask


@asynccontextmanager
async def plain(setting: Setting) -> AsyncIterator[Ask]:
    place = {"api_base": setting.url, "api_key": setting.key}

    async def ask(model: str, text: str) -> Any:
        messages = [{"role": "user", "content": text}]
        return await litellm.acompletion(model=f"openai/{model}", messages=messages, **place)

    yield ask


if __name__ == "__main__":
    litellm.suppress_debug_info = True
    opened = plain if "cpu" in sys.argv else routed
    main(Peer("litellm", opened, lambda answer: answer.choices[0].message.content, (OpenAIError,)))
