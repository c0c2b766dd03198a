"""The boundary: what becomes data and what does not."""

import asyncio

import pytest

from wardian.base.errors import ConfigError, CredentialError, EnvironmentFault, Failure, ModelError, boundary
from wardian.base.usage import Retry


@pytest.mark.parametrize(
    ("error", "cause", "kind"),
    [
        (ModelError("timeout", "too slow"), "provider", "timeout"),
        (ModelError("context_overflow", "too long", cause="agent"), "agent", "context_overflow"),
        (EnvironmentFault("torn"), "environment", "EnvironmentFault"),
        (KeyError("x"), "grader", "KeyError"),
    ],
)
def test_errors_become_failures(error: Exception, cause: str, kind: str) -> None:
    failures: list[Failure] = []
    with boundary(failures.append, cause="grader"):
        raise error
    assert [(failure.cause, failure.kind) for failure in failures] == [(cause, kind)]


@pytest.mark.parametrize(
    "error", [ConfigError("x"), CredentialError("x"), asyncio.CancelledError(), KeyboardInterrupt()]
)
def test_some_errors_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), boundary(lambda failure: None):
        raise error


def test_long_messages_are_cut_and_empty_ones_are_named() -> None:
    assert len(Failure.of(ValueError("x" * 10_000)).message) < 2_100
    assert Failure.of(ModelError("timeout", "")).message == "ModelError"


def test_a_models_error_comes_back_out_of_its_failure() -> None:
    error = ModelError("timeout", "too slow", cause="infra", lasting=True)
    error.retried = (Retry(kind="timeout", at_s=1.0, pause_s=2.0),)
    failure = Failure.of(error)
    assert Failure.of(ModelError.of(failure)) == failure
