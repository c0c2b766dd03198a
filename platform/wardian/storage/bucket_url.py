"""From `s3://BUCKET/PREFIX` to a store."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyarrow.fs import AwsStandardS3RetryStrategy, FileType, S3FileSystem, resolve_s3_region

from wardian.base.errors import ConfigError, CredentialError
from wardian.specs.output import BucketPlace
from wardian.storage.bucket_store import INTERVAL_S, TERMS, BucketStore
from wardian.storage.objects import Objects, is_lasting
from wardian.storage.ownership import Terms

__all__ = ["open_bucket", "open_objects"]

ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
REGION_VARIABLES: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")
EXCERPT: Final = 200
ANY_REGION: Final = "us-east-1"


def open_bucket(
    url: str, environ: Mapping[str, str], *, interval_s: float = INTERVAL_S, terms: Terms = TERMS
) -> BucketStore:
    """The store at `s3://BUCKET/PREFIX`, after one look whether it is there.

    Options stand behind the prefix, as in `?endpoint_override=127.0.0.1:9000&scheme=http&region=eu-west-1`. Without
    them, the endpoint comes from AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL in `environ` and the region from AWS_REGION or
    AWS_DEFAULT_REGION. Keys are found by the AWS library: in the process's own environment, in `~/.aws`, or by the role
    of the machine. They never stand in the URL. `interval_s` and `terms` are those of `BucketStore`.

    Raises:
        ConfigError: when the URL says nothing that can be opened, or nobody answers, or there is no such bucket.
        CredentialError: when the key is refused.
    """
    place = BucketPlace.of(url)
    return BucketStore(open_objects(place, environ), place.path, interval_s, terms)


def open_objects(place: BucketPlace, environ: Mapping[str, str]) -> Objects:
    """What stands at a place, as `open_bucket` opens it.

    Raises:
        ConfigError: or CredentialError.
    """
    try:
        files = S3FileSystem(**_settings(place, environ))
        objects = Objects(files, f"{place.bucket}/{place.prefix}")
        if objects.is_empty() and files.get_file_info(place.bucket).type == FileType.NotFound:
            raise ConfigError(f"{place.path}: there is no bucket '{place.bucket}'")
    except (OSError, ValueError) as error:
        raise _mistake(place.path, error) from error
    return objects


def _settings(place: BucketPlace, environ: Mapping[str, str]) -> dict[str, Any]:
    """What pyarrow wants to know."""
    return {
        **_connection(place.bucket, place.options, environ),
        "allow_delayed_open": True,  # one request for an object, not three
        "background_writes": False,
        "retry_strategy": AwsStandardS3RetryStrategy(max_attempts=0),  # `Objects` asks again
    }


def _connection(bucket: str, options: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Endpoint, scheme and region; an endpoint may have its scheme in front."""
    endpoint = options.get("endpoint_override") or _first(ENDPOINT_VARIABLES, environ)
    region = options.get("region") or _first(REGION_VARIABLES, environ)
    if not endpoint:
        return {"region": region or resolve_s3_region(bucket)}
    scheme, _, host = endpoint.rpartition("://")
    scheme = options.get("scheme") or scheme or "https"
    return {"endpoint_override": host.rstrip("/"), "scheme": scheme, "region": region or ANY_REGION}


def _first(names: Sequence[str], environ: Mapping[str, str]) -> str:
    return next((environ[name] for name in names if environ.get(name)), "")


def _mistake(place: str, error: Exception) -> ConfigError:
    """What is wrong, in one line."""
    told = " ".join((str(error).partition("AWS Error ")[2] or str(error)).split())[:EXCERPT]
    if "NO_SUCH_BUCKET" in told:
        return ConfigError(f"{place}: there is no such bucket")
    if isinstance(error, OSError) and is_lasting(error):
        return CredentialError(f"{place}: the key is refused, or may not use this bucket ({told})")
    return ConfigError(f"{place}: cannot be reached: {told}")
