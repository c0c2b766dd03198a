"""Keys come out of the environment, and errors name the variable only."""

import pytest

from wardian.base.errors import ConfigError, CredentialError
from wardian.specs.endpoints import Deployment
from wardian.specs.models import ModelSpec
from wardian.specs.secrets import api_key

SPEC = ModelSpec(base_url="http://localhost/v1", api_key_env="EXAMPLE_KEY")


def test_a_key_without_its_line_end() -> None:
    assert api_key(Deployment("m", "", SPEC), {"EXAMPLE_KEY": "abc\n"}) == "abc"


def test_a_model_that_needs_none() -> None:
    assert api_key(Deployment("m", "", ModelSpec(base_url="http://localhost/v1")), {"EXAMPLE_KEY": "abc"}) is None


@pytest.mark.parametrize("environ", [{}, {"EXAMPLE_KEY": ""}, {"EXAMPLE_KEY": "  "}])
def test_a_missing_key(environ: dict[str, str]) -> None:
    expected = r"^models\.m\.api_key_env: the environment variable 'EXAMPLE_KEY' is not set$"
    with pytest.raises(CredentialError, match=expected):
        api_key(Deployment("m", "", SPEC), environ)


@pytest.mark.parametrize("value", ["two words", "Schlüssel", "a\nb", "a\x00b"])
def test_a_key_that_no_header_carries(value: str) -> None:
    with pytest.raises(ConfigError, match="holds characters that no API key has") as caught:
        api_key(Deployment("m", "", SPEC), {"EXAMPLE_KEY": value})
    assert value not in str(caught.value)
