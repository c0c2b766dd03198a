"""What is known of a pack that lies on a disk: whether its tasks measure something."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from wardian.base.frozen import Frozen
from wardian.certification.certificate import Certificate
from wardian.environments.manifest import read_manifest
from wardian.environments.packs import CERTIFICATE, files_digest

__all__ = ["Standing"]

NAMED = 3


class Standing(Frozen):
    """What the certificate in a pack's folder says of the files that are there now.

    Args:
        certificate: if there is one that can be read.
        files: digest of the files.
        graded_by: whose checker grades the tasks, if not Wardian's.
    """

    certificate: Certificate | None
    files: str
    graded_by: str

    @classmethod
    def of(cls, folder: Path) -> "Standing":
        """The standing of the pack in `folder`.

        Raises:
            ConfigError: when its manifest is wrong.
        """
        certificate = None
        with suppress(OSError, ValidationError):
            certificate = Certificate.model_validate_json((folder / CERTIFICATE).read_bytes())
        return cls(certificate=certificate, files=files_digest(folder), graded_by=read_manifest(folder).graded_by)

    @property
    def current(self) -> Certificate | None:
        """The certificate, if it speaks of these files."""
        return self.certificate if self.certificate and self.certificate.files == self.files else None

    @property
    def words(self) -> str:
        """The same in a word or two."""
        if self.graded_by:
            return f"graded by {self.graded_by}"
        if self.certificate is None:
            return "none"
        if self.current is None:
            return "of other files"
        return f"{len(self.current.certified)} of {len(self.current.tasks)} tasks"

    def objection(self, digest: str, tasks: Sequence[str]) -> str | None:
        """Why these tasks should not be played; None when nothing is to be said against it.

        Tasks that other knobs make are taken at their word when the pack is sound as it is shipped.

        Args:
            digest: of the pack as it is played, knobs included.
            tasks: their ids.
        """
        if self.graded_by:
            return None
        if self.current is None:
            return "nobody has checked it" if self.certificate is None else "it was changed since it was checked"
        if self.current.digest != digest:
            return None if self.current.holds else "it failed its check"
        certified = set(self.current.certified)
        wrong = [task for task in tasks if task not in certified]
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        return f"its check found something wrong with {', '.join(wrong[:NAMED])}{more}" if wrong else None
