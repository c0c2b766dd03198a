"""The cluster files that users copy are ones that Ray and KubeRay understand, and keep what the guide promises."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import ValidationError
from ray.autoscaler._private.util import prepare_config, validate_config
from support.kuberay import Claim, Container, Pod, RayCluster, RayJob

from wardian.cli.main import app
from wardian.cluster.departures import ANSWERS_S
from wardian.specs.load import load

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "configs" / "clusters"
RAY_UP = sorted(FOLDER.glob("ray-up-*.yaml"))
KEY = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD)(?:_|$)")


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))


def drain_s(container: Container) -> float:
    return float(next(each.value for each in container.env if each.name == "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S"))


@pytest.fixture
def cluster() -> RayCluster:
    return RayCluster.model_validate(documents("kuberay.yaml")[1])


@pytest.fixture
def pods(cluster: RayCluster) -> list[Pod]:
    """The head's, then those of the groups of workers."""
    return [group.template.spec for group in (cluster.spec.head_group_spec, *cluster.spec.worker_group_specs)]


def test_all_files_are_here_and_in_the_guide() -> None:
    guide = (ROOT / "docs" / "guides" / "cluster.md").read_text(encoding="utf-8")
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {"Dockerfile", "kuberay.yaml", "kuberay-job.yaml", "ray-up-aws.yaml", "ray-up-local.yaml"}
    assert all(f"configs/clusters/{name}" in guide for name in names)


# `ray up`


@pytest.mark.parametrize("path", RAY_UP, ids=lambda path: path.name)
def test_ray_up_understands_it(path: Path) -> None:
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    validate_config(prepare_config(config))
    with pytest.raises(Exception, match="'worker_start_ray_command' was unexpected"):
        validate_config(prepare_config({**config, "worker_start_ray_command": []}))


@pytest.mark.parametrize("path", RAY_UP, ids=lambda path: path.name)
def test_ray_up_starts_nodes_with_their_keys_and_one_address(path: Path) -> None:
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    head, workers = (config[f"{which}_start_ray_commands"][-1] for which in ("head", "worker"))
    assert all(". ~/wardian.env && " in command for command in (head, workers))
    assert "--autoscaling-config=~/ray_bootstrap_config.yaml" in head
    port = re.search(r"ray start --head --port=(\d+)", head)
    assert port is not None
    assert f"ray start --address=$RAY_HEAD_IP:{port[1]}" in workers


# KubeRay


def test_kubernetes_would_drop_an_unknown_field() -> None:
    [_, document] = documents("kuberay.yaml")
    document["spec"]["workerGroupSpecs"][0]["maxReplica"] = 8
    with pytest.raises(ValidationError, match="maxReplica"):
        RayCluster.model_validate(document)


def test_every_node_has_the_image_the_keys_and_the_runs(pods: list[Pod]) -> None:
    claim = Claim.model_validate(documents("kuberay.yaml")[0])
    assert claim.spec.access_modes == ["ReadWriteMany"]
    containers = [container for pod in pods for container in pod.containers]
    assert len({container.image for container in containers}) == 1
    for pod in pods:
        [container], [volume] = pod.containers, pod.volumes
        assert [each.secret_ref.name for each in container.env_from] == ["wardian-keys"]
        assert "MLFLOW_TRACKING_URI" in {each.name for each in container.env}
        assert volume.persistent_volume_claim.claim_name == claim.metadata.name
        assert [(mount.name, mount.mount_path) for mount in container.volume_mounts] == [(volume.name, "/runs")]


def test_no_file_holds_a_key(pods: list[Pod]) -> None:
    assert not [
        each.name for pod in pods for container in pod.containers for each in container.env if KEY.search(each.name)
    ]
    for path in FOLDER.iterdir():
        assert not re.search(r"sk-\w{8}|AKIA\w{8}", path.read_text(encoding="utf-8")), path


def test_the_head_coordinates_and_does_not_play(cluster: RayCluster, pods: list[Pod]) -> None:
    assert cluster.spec.head_group_spec.ray_start_params["num-cpus"] == "0"
    assert {port.container_port for port in pods[0].containers[0].ports} == {6379, 8265, 10001}
    assert cluster.spec.auth_options.mode == "token"
    assert all(0 < group.min_replicas < group.max_replicas for group in cluster.spec.worker_group_specs)


def test_a_node_drains_longer_than_calls_in_flight_and_ends_before_it_is_killed(pods: list[Pod]) -> None:
    for pod in pods[1:]:
        assert ANSWERS_S < drain_s(pod.containers[0]) < pod.termination_grace_period_seconds


def test_one_version_of_ray(cluster: RayCluster) -> None:
    pinned = re.search(r"^ray==(.+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    assert cluster.spec.ray_version == pinned[1]
    assert f"FROM rayproject/ray:{pinned[1]}-py3" in (FOLDER / "Dockerfile").read_text()


def test_the_job_is_one_of_the_cluster_and_of_the_image(cluster: RayCluster) -> None:
    [document] = documents("kuberay-job.yaml")
    job = RayJob.model_validate(document).spec
    assert job.cluster_selector == {"ray.io/cluster": cluster.metadata.name}
    assert job.backoff_limit == 0
    words = shlex.split(job.entrypoint)
    assert words[:4] == ["python", "-m", "wardian", "run"]
    command: Any = typer.main.get_command(app)
    parsed = command.commands["run"].make_context("run", words[4:])
    loaded = load(ROOT / parsed.params["config"], overrides=parsed.params["overrides"], environ={})
    assert loaded.executor.kind == "ray"
    assert loaded.output == "/runs"
