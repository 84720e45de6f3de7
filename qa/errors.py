"""Every error of this package. The message of each says what is wrong and what to do.

::

    DatelineError (index.errors)
    └── QaError
        └── ReaderError     the reader's model is missing, damaged or of no use
"""

from index.errors import DatelineError


class QaError(DatelineError):
    """A question cannot be answered as asked."""


class ReaderError(QaError):
    """The reader's model is missing, damaged, or not one for question answering."""
