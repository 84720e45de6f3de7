"""Every error of this package. The message of each says what is wrong and what to do.

::

    DatelineError (index.errors)
    └── ServiceError
        ├── SettingsError           a `DATELINE_*` setting cannot be used
        ├── InvalidRequestError     a request breaks a limit that depends on the settings
        ├── BusyError               the queue is full; to be tried again
        ├── JobNotFoundError        no such job, or it ended long ago
        ├── UploadSpaceError        no disk space is left for what is being sent
        └── AccessError
            ├── KeyRequiredError    a key is set, and a write came without it
            └── WritesClosedError   none is set, and a write came from beyond this machine
"""

from index.errors import DatelineError


class ServiceError(DatelineError):
    """The service cannot do what was asked."""


class SettingsError(ServiceError):
    """A setting cannot be used."""


class InvalidRequestError(ServiceError):
    """A field of a request breaks a limit.

    Args:
        field: where it is, as `question` or `history.0.question`.
        reason: what is wrong and what to do.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class BusyError(ServiceError):
    """More is waiting than the service takes on.

    Args:
        reason: what is wrong and what to do.
        retry_after: seconds after which to try again.
    """

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class JobNotFoundError(ServiceError):
    """There is no such job, or it ended too long ago."""


class UploadSpaceError(ServiceError):
    """There is no disk space left to receive what is being sent."""


class AccessError(ServiceError):
    """Whoever asks may not do that."""


class KeyRequiredError(AccessError):
    """A write came without the key that is set."""


class WritesClosedError(AccessError):
    """A write came from beyond this machine, and no key is set that would allow it."""
