"""What a caller outside asked for and does not get."""

from http import HTTPStatus

from wardian.base.errors import WardianError

__all__ = ["Refused"]


class Refused(WardianError):
    """A request that cannot be met.

    Args:
        code: a short stable name.
        message: one line for people.
        status: the HTTP status that says so.
    """

    def __init__(self, code: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
