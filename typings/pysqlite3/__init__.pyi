"""The part of pysqlite3 that the store uses."""

from collections.abc import Callable, Sequence
from typing import Any

sqlite_version: str
sqlite_version_info: tuple[int, int, int]

class Error(Exception):
    sqlite_errorname: str

class DatabaseError(Error): ...

class Cursor:
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def close(self) -> None: ...

class Connection:
    isolation_level: str | None
    total_changes: int
    def execute(self, sql: str, parameters: Sequence[object] = ...) -> Cursor: ...
    def executemany(
        self, sql: str, parameters: Sequence[Sequence[object]]
    ) -> Cursor: ...
    def interrupt(self) -> None: ...
    def set_progress_handler(
        self, handler: Callable[[], int] | None, n: int
    ) -> None: ...
    def backup(
        self,
        target: Connection,
        *,
        pages: int = ...,
        progress: Callable[[int, int, int], None] | None = ...,
    ) -> None: ...
    def close(self) -> None: ...

def connect(
    database: str, *, isolation_level: str | None = ..., check_same_thread: bool = ...
) -> Connection: ...
