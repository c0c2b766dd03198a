"""What a KubeRay manifest may say, as far as ours do: https://ray-project.github.io/kuberay/reference/api/.

Kubernetes drops a field that it does not know, often without a word; so a field that is not here is an error.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

__all__ = ["Claim", "Container", "Pod", "RayCluster", "RayJob"]


class Strict(BaseModel):
    """Unknown fields are errors, and YAML's types are those that Kubernetes wants: no number where a string belongs."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Metadata(Strict):
    name: str | None = None
    generate_name: str | None = None
    annotations: dict[str, str] = {}


class Named(Strict):
    name: str


class EnvFrom(Strict):
    secret_ref: Named


class Env(Strict):
    name: str
    value: str


class Port(Strict):
    name: str
    container_port: int


class Mount(Strict):
    name: str
    mount_path: str


class Resources(Strict):
    requests: dict[str, str]
    limits: dict[str, str] = {}


class Container(Strict):
    name: str
    image: str
    ports: list[Port] = []
    env_from: list[EnvFrom] = []
    env: list[Env] = []
    resources: Resources
    volume_mounts: list[Mount] = []


class ClaimSource(Strict):
    claim_name: str


class Volume(Strict):
    name: str
    persistent_volume_claim: ClaimSource


class Pod(Strict):
    node_selector: dict[str, str] = {}
    termination_grace_period_seconds: int = 30
    containers: list[Container] = Field(min_length=1)
    volumes: list[Volume] = []


class Template(Strict):
    metadata: Metadata = Metadata()
    spec: Pod


class HeadGroup(Strict):
    ray_start_params: dict[str, str]
    template: Template


class WorkerGroup(HeadGroup):
    group_name: str
    replicas: int
    min_replicas: int
    max_replicas: int


class AuthOptions(Strict):
    mode: Literal["token", "disabled"]


class AutoscalerOptions(Strict):
    version: Literal["v1", "v2"]
    idle_timeout_seconds: int


class RayClusterSpec(Strict):
    ray_version: str
    auth_options: AuthOptions
    enable_in_tree_autoscaling: bool
    autoscaler_options: AutoscalerOptions
    head_group_spec: HeadGroup
    worker_group_specs: list[WorkerGroup]


class RayCluster(Strict):
    api_version: Literal["ray.io/v1"]
    kind: Literal["RayCluster"]
    metadata: Metadata
    spec: RayClusterSpec


class RayJobSpec(Strict):
    cluster_selector: dict[str, str]
    entrypoint: str
    backoff_limit: int


class RayJob(Strict):
    api_version: Literal["ray.io/v1"]
    kind: Literal["RayJob"]
    metadata: Metadata
    spec: RayJobSpec


class ClaimSpec(Strict):
    access_modes: list[str]
    resources: Resources


class Claim(Strict):
    api_version: Literal["v1"]
    kind: Literal["PersistentVolumeClaim"]
    metadata: Metadata
    spec: ClaimSpec
