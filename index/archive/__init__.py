"""The archive: one SQLite file that is the only truth; the views are derived from it."""

from index.archive.lock import WriteLock
from index.archive.paging import ArticlePage, SourceSummary
from index.archive.recipe import Recipe
from index.archive.store import Archive, ArchiveStats, IndexedPassage, bytes_below
from index.archive.writing import NewPassage, Writer

__all__ = [
    "Archive",
    "ArchiveStats",
    "ArticlePage",
    "IndexedPassage",
    "NewPassage",
    "Recipe",
    "SourceSummary",
    "WriteLock",
    "Writer",
    "bytes_below",
]
