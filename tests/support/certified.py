"""Certifying a pack in a test."""

from wardian.certification.certificate import Certificate
from wardian.certification.certify import certify
from wardian.environments.pack import Pack

__all__ = ["certified"]


async def certified(pack: Pack) -> Certificate:
    """The certificate of a pack with the knobs that it was opened with."""
    return await certify(pack, {}, "files")
