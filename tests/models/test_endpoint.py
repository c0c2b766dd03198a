"""Where models answer."""

import pytest

from wardian.base.errors import ConfigError
from wardian.models.endpoint import Endpoint, RunningServer
from wardian.specs.endpoints import Deployment
from wardian.specs.models import ModelSpec


@pytest.mark.parametrize(
    ("base_url", "url", "simulated"),
    [
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1", False),
        ("https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1", False),
        ("http://localhost:8000", "http://localhost:8000/v1", False),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1", False),
        ("sim://127.0.0.1:9000", "http://127.0.0.1:9000/v1", True),
    ],
)
def test_base_url(base_url: str, url: str, simulated: bool) -> None:
    endpoint = Endpoint.of(Deployment("m", "", ModelSpec(base_url=base_url)), {})
    assert endpoint == Endpoint(url=url, model="m", simulated=simulated)


@pytest.mark.parametrize("base_url", ["http://host:port/v1", "http://[::1/v1", "https://["])
def test_no_url(base_url: str) -> None:
    with pytest.raises(ConfigError, match=r"^models\.m\.base_url: "):
        Endpoint.of(Deployment("m", "", ModelSpec(base_url=base_url)), {})


def test_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        Endpoint.of(Deployment("m", "", ModelSpec(base_url="https://user:hunter22@host/v1")), {})
    assert "hunter22" not in str(caught.value)


def test_own_server() -> None:
    servers = {"sim": RunningServer(url="http://127.0.0.1:7000/", simulated=True)}
    endpoint = Endpoint.of(Deployment("m", "", ModelSpec(server="sim", model="strong")), servers)
    assert endpoint == Endpoint(url="http://127.0.0.1:7000/v1", model="strong", simulated=True)
    assert endpoint.loopback


def test_query_follows_every_path() -> None:
    azure = ModelSpec(base_url="https://host/openai/deployments/d/?api-version=2024-10-21")
    endpoint = Endpoint.of(Deployment("m", "", azure), {})
    assert endpoint.at("/models") == "https://host/openai/deployments/d/models?api-version=2024-10-21"


@pytest.mark.parametrize("query", ["key=hunter22", "api-key=hunter22", "access_token=hunter22"])
def test_key_in_the_url_is_refused_and_not_repeated(query: str) -> None:
    with pytest.raises(ConfigError, match="api_key_env") as caught:
        Endpoint.of(Deployment("m", "", ModelSpec(base_url=f"https://host/v1?{query}")), {})
    assert "hunter22" not in str(caught.value)
