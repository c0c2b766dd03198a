"""From `s3://BUCKET/PREFIX` to a store."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from pyarrow.fs import AwsStandardS3RetryStrategy, FileType, S3FileSystem, resolve_s3_region

from wardian.base.errors import ConfigError, CredentialError
from wardian.storage.bucket_store import INTERVAL_S, TERMS, BucketStore
from wardian.storage.objects import Objects, is_lasting
from wardian.storage.ownership import Terms

__all__ = ["open_bucket"]

OPTIONS: Final = ("endpoint_override", "region", "scheme")
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
    bucket, path, options = _parts(url)
    place = f"s3://{bucket}/{path}"
    try:
        files = S3FileSystem(**_settings(bucket, options, environ))
        objects = Objects(files, f"{bucket}/{path}")
        if objects.is_empty() and files.get_file_info(bucket).type == FileType.NotFound:
            raise ConfigError(f"{place}: there is no bucket '{bucket}'")
    except (OSError, ValueError) as error:
        raise _mistake(place, error) from error
    return BucketStore(objects, place, interval_s, terms)


def _parts(url: str) -> tuple[str, str, dict[str, str]]:
    """Bucket, prefix and options."""
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
        raise ConfigError(f"{place}: is no place in a bucket; valid: s3://BUCKET/PREFIX")
    if "@" in parts.netloc:
        raise ConfigError(f"{place}: keys do not belong into a URL; use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise ConfigError(f"{place}: unknown option '{unknown[0]}'; known: {', '.join(OPTIONS)}")
    return parts.netloc, parts.path.strip("/"), options


def _settings(bucket: str, options: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, Any]:
    """What pyarrow wants to know."""
    return {
        **_connection(bucket, options, environ),
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
