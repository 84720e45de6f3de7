"""One SQLite file, with a connection for each thread that uses it."""

from __future__ import annotations

import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.archive.schema import connect, translated_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import apsw

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
        if connection is None:
            with translated_errors(self.path):
                connection = connect(self.path)
            self._local.connection = connection
            with self._opening:
                self._connections.add(connection)
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
        with translated_errors(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
