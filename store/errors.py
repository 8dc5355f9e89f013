"""Why the data folder cannot be used; each message is a sentence for its owner.

* ``StoreError``
    * ``HomeInUseError``: another node serves this folder.
    * ``NetworkFolderError``: the folder lies on a network file system.
    * ``NewerDatabaseError``: a newer version of Bazaar wrote the book.
    * ``DamagedBookError``: the book failed its check; a backup should be restored.
    * ``UnsafeSqliteError``: the SQLite library has a known bug that loses data.
"""

from bazaar.domain.errors import BazaarError


class StoreError(BazaarError):
    """The node must not start on this data folder as it is."""


class HomeInUseError(StoreError):
    """Another node holds the lock."""


class NetworkFolderError(StoreError):
    """Locks and syncs of a network file system cannot be trusted."""


class NewerDatabaseError(StoreError):
    """The book has a revision that this version does not know."""


class DamagedBookError(StoreError):
    """The book is not what was written; it is not opened for writing."""


class UnsafeSqliteError(StoreError):
    """The SQLite library is too old or lacks full text search."""
