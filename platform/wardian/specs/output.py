"""Where runs are kept: a folder, or `s3://BUCKET/PREFIX`, as `output` says."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from wardian.base.errors import ConfigError
from wardian.specs.names import BadName

__all__ = ["BucketPlace", "is_bucket", "misplaced"]

SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
OPTIONS: Final = ("endpoint_override", "region", "scheme")


def is_bucket(output: str) -> bool:
    """Whether `output` is a URL and no folder, even if it is none that can be opened."""
    return SCHEME.match(output) is not None


class BucketPlace(NamedTuple):
    """A place in a bucket; `query` is what its URL has behind a question mark."""

    bucket: str
    prefix: str
    query: str = ""

    @classmethod
    def of(cls, url: str) -> Self:
        """The place at `s3://BUCKET/PREFIX?OPTION=VALUE&…`.

        Raises:
            ConfigError: when the URL names none, an option that nobody knows, or a key.
        """
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
            raise ConfigError(f"{place}: is no place in a bucket; valid: s3://BUCKET/PREFIX")
        if "@" in parts.netloc:
            raise ConfigError(
                f"{place}: keys do not belong into a URL; use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        found = cls(parts.netloc, parts.path.strip("/"), parts.query)
        if unknown := sorted(set(found.options) - set(OPTIONS)):
            raise ConfigError(f"{place}: unknown option '{unknown[0]}'; known: {', '.join(OPTIONS)}")
        return found

    @property
    def options(self) -> dict[str, str]:
        """How to get there."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def path(self) -> str:
        """The place for people, without options."""
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def url(self) -> str:
        """The place for whoever opens it."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def name(self) -> str:
        """The last part of the prefix."""
        return self.prefix.rpartition("/")[2]

    def below(self, name: str) -> Self:
        """The place of this name below it."""
        return self._replace(prefix=f"{self.prefix}/{name}")


def misplaced(output: str, budgets: Iterable[str]) -> Iterator[BadName]:
    """What is wrong with `output`; budgets, by their keys, are files with a lock, which a bucket cannot hold."""
    if not is_bucket(output):
        return
    try:
        BucketPlace.of(output)
    except ConfigError as error:
        yield BadName(("output",), str(error))
        return
    for key in budgets:
        text = "cannot be kept when output is a bucket: what was spent is noted in a file, in a folder that all share"
        yield BadName(tuple(key.split(".", 1)), text)
