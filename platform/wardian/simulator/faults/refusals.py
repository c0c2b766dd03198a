"""Refusals: statuses, the headers that come with them, and the words in which providers say the same thing."""

from typing import Final

import orjson

from wardian.simulator.faults.fault import Fault, http

__all__ = ["REFUSALS"]


def _error(message: str, **more: object) -> bytes:
    return orjson.dumps({"error": {"message": message, **more}})


STATUSES: Final = {
    "status_204": (204, "bad_reply"),
    "status_302": (302, "redirected"),
    "status_400": (400, "bad_request"),
    "status_401": (401, "auth"),
    "status_402": (402, "quota_exhausted"),
    "status_403": (403, "auth"),
    "status_404": (404, "not_found"),
    "status_408": (408, "timeout"),
    "status_413": (413, "too_large"),
    "status_418": (418, "bad_request"),
    "status_422": (422, "bad_request"),
    "status_429": (429, "rate_limited"),
    "status_500": (500, "server_error"),
    "status_502": (502, "server_error"),
    "status_503": (503, "overloaded"),
    "status_504": (504, "server_error"),
    "status_520": (520, "server_error"),
    "status_529": (529, "overloaded"),
    "status_599": (599, "server_error"),
}
LIMITS: Final = {
    "retry_after_1": "retry-after: 1\r\n",
    "retry_after_negative": "retry-after: -5\r\n",
    "retry_after_silly": "retry-after: soon\r\n",
    "retry_after_nan": "retry-after: nan\r\n",
    "retry_after_an_hour": "retry-after: 3600\r\n",
    "retry_after_skewed_date": (
        "date: Mon, 01 Jan 2001 00:00:00 GMT\r\nretry-after: Mon, 01 Jan 2001 00:00:01 GMT\r\n"
    ),
    "reset_in_headers": "x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1s\r\n",
}
"""429 with what servers say about when to come back."""

OVERFLOWS: Final = {
    "openai": _error("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000."),
    "openai_responses": _error("Your input exceeds the context window of this model.", code="context_length_exceeded"),
    "anthropic": _error("prompt is too long: 210000 tokens > 200000 maximum", type="invalid_request_error"),
    "anthropic_sum": _error("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"),
    "azure": _error("The input tokens exceeded the configured limit of 272000 tokens.", code="string_above_max_length"),
    "bedrock": b'{"message":"Input is too long for requested model."}',
    "cohere": b'{"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081"}',
    "deepseek": _error("This model's maximum context length is 65536 tokens. Please reduce the length of the messages"),
    "fireworks": _error("The prompt is too long: 140000, model maximum context length: 131071"),
    "gemini": _error("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
    "groq": _error("Please reduce the length of the messages or completion.", code="context_length_exceeded"),
    "llamacpp": _error("the request exceeds the available context size", type="exceed_context_size_error"),
    "mistral": b'{"message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum"}',
    "ollama": _error("input length exceeds the context length"),
    "openrouter": _error("This endpoint's maximum context length is 128000 tokens. However, you requested 150000"),
    "sglang": b'{"message":"The input (9000 tokens) is longer than the model\'s context length (8192 tokens)."}',
    "tgi": b'{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"}',
    "together": _error("Input validation error: `inputs` must have less than 8193 tokens. Given: 9000"),
    "vllm": _error("Please reduce the length of the messages; max_model_len is 4096", type="BadRequestError"),
    "xai": b'{"error":"This model\'s maximum prompt length is 131072 but the request contains 150000 tokens."}',
}
"""400 with "the conversation is too long" in the words of each provider."""

MONEY: Final = {
    "quota_429": (429, _error("You exceeded your current quota", code="insufficient_quota"), "quota_exhausted"),
    "credit_400": (400, _error("Your credit balance is too low to access the API"), "quota_exhausted"),
    "html_502": (502, b"<html><title>502 Bad Gateway</title></html>", "server_error"),
    "garbage_500": (500, b"\xff\xfe\x00", "server_error"),
    "own_output_500": (500, _error("The model produced output that does not match the format"), "unparsable_output"),
}


def _fault(name: str, expected: str, body: bytes, status: int, more: str = "") -> Fault:
    return Fault(name, expected, lambda: http(body, status, more=more))


REFUSALS: Final = (
    *(_fault(name, kind, b"" if status == 204 else _error(name), status) for name, (status, kind) in STATUSES.items()),
    *(_fault(name, "rate_limited", _error("slow down"), 429, more) for name, more in LIMITS.items()),
    *(_fault(f"context_{who}", "context_overflow", body, 400) for who, body in OVERFLOWS.items()),
    *(_fault(name, kind, body, status) for name, (status, body, kind) in MONEY.items()),
)
"""Replies that say themselves that they are none."""
