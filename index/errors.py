"""Every error of this package. The message of each says what is wrong and what to do.

::

    DatelineError
    ├── ArchiveError
    │   ├── ArchiveMissingError     there is no archive in that folder
    │   ├── ArchiveDamagedError     the archive file cannot be read as one
    │   ├── ArchiveBusyError        another process is writing to it
    │   ├── ArchiveFullError        no space is left to write
    │   ├── ModelMismatchError      it was made with another embedding model or chunking
    │   └── ArticleNotFoundError    no such article, or no such version of it
    ├── InputError
    │   ├── InputMissingError       no such file or folder
    │   ├── LoadError               a file could not be turned into an article
    │   └── InvalidArticleError     an article breaks a rule of the archive
    └── ModelError                  the embedding model is missing or not what it should be
"""


class DatelineError(Exception):
    """Base of every error whose message is a sentence meant for a person."""


class ArchiveError(DatelineError):
    """The archive cannot do what was asked."""


class ArchiveMissingError(ArchiveError):
    """There is no archive in the folder."""


class ArchiveDamagedError(ArchiveError):
    """The archive file cannot be read as an archive; nothing was overwritten."""


class ArchiveBusyError(ArchiveError):
    """Another process holds the write lock."""


class ArchiveFullError(ArchiveError):
    """There is no space left to write; what was committed is safe."""


class ModelMismatchError(ArchiveError):
    """The archive was made with another embedding model or other chunking."""


class ArticleNotFoundError(ArchiveError):
    """There is no such article, or no such version of it."""


class InputError(DatelineError):
    """What was given cannot be taken in."""


class InputMissingError(InputError):
    """There is no such file or folder."""


class LoadError(InputError):
    """A file could not be turned into an article."""


class InvalidArticleError(InputError):
    """An article breaks a rule of the archive."""


class ModelError(DatelineError):
    """The embedding model is missing, damaged, or not what it should be."""
