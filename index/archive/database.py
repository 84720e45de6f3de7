"""One SQLite file, with a connection for each thread that uses it."""

from __future__ import annotations

import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import apsw

from index.archive.schema import connect, connect_in_place, translated_errors
from index.errors import ArchiveError, ArchiveFullError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Row = tuple[Any, ...]
"""One row of a result, as SQLite gives it."""


class Database:
    """Reads and transactions on an archive's file; its errors come out as the archive's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        # Weakly, so that a connection is closed when its thread ends.
        self._connections: weakref.WeakSet[apsw.Connection] = weakref.WeakSet()
        self._opening = threading.Lock()

    @property
    def connection(self) -> apsw.Connection:
        """This thread's."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None or (self._local.in_place and not connection.in_transaction):
            connection = self._connect()
            self._local.connection = connection
            with self._opening:
                self._connections.add(connection)
        return connection

    def _connect(self) -> apsw.Connection:
        self._local.in_place = False
        with translated_errors(self.path):
            try:
                return connect(self.path)
            except (apsw.CantOpenError, apsw.FullError, apsw.IOError) as error:
                connection = connect_in_place(self.path)
                if connection is None:
                    raise ArchiveError(
                        f"{self.path} cannot be opened ({error}): there is no room for the files "
                        "that SQLite makes beside it; what was committed is safe: free some space "
                        "and run the same command again"
                    ) from error
        self._local.in_place = True
        return connection

    def close(self) -> None:
        """Close every connection."""
        with self._opening:
            for connection in list(self._connections):
                connection.close()
            self._connections.clear()

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row of a result."""
        with translated_errors(self.path):
            rows: list[Row] = self.connection.execute(sql, tuple(values)).fetchall()
            return rows

    def one(self, sql: str, values: Sequence[object] = ()) -> Row:
        """The first row of a result that has one."""
        return self.all(sql, values)[0]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all reads of this thread inside the block see one state."""
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        with translated_errors(self.path):
            connection.execute("BEGIN")
        try:
            yield
        finally:
            # SQLite ends a transaction itself when the file cannot be read.
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """Write: committed when the block ends, undone when it raises."""
        connection = self.connection
        if self._local.in_place:
            raise ArchiveFullError(
                f"there is no room to write to {self.path}; what was committed is safe: free some "
                "space and run the same command again"
            )
        with translated_errors(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
