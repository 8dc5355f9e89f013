"""The data folder: its layout, its lock, and the reasons not to use it."""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from store.errors import HomeInUseError, NetworkFolderError
from store.files import FILE_MODE, make_folder

MIN_FREE_BYTES: Final = 200 * 1024 * 1024
MOUNTS: Final = Path("/proc/self/mountinfo")
NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ncpfs",
        "ceph",
        "glusterfs",
        "lustre",
    }
    | {
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.ceph",
        "fuse.rclone",
        "fuse.davfs",
        "davfs",
        "beegfs",
    }
)


class Home:
    """A data folder held by this process until ``close``.

    Attributes:
        unclean: The last holder did not say goodbye; the book wants a check.
    """

    def __init__(self, folder: Path, lock: int, *, unclean: bool) -> None:
        self.folder = folder
        self.unclean = unclean
        self._lock: int | None = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def book(self) -> Path:
        return book_path(self.folder)

    @property
    def catalogue(self) -> Path:
        return self.folder / "catalogue.db"

    @property
    def mail(self) -> Path:
        return self.folder / "mail.db"

    @property
    def peers(self) -> Path:
        return self.folder / "peers.db"

    @property
    def blobs(self) -> Path:
        return self.folder / "blobs"

    @property
    def goods(self) -> Path:
        return self.folder / "goods"

    @property
    def kept(self) -> Path:
        """Pictures of mirrored stores."""
        return self.folder / "mirrors"

    @property
    def segments(self) -> Path:
        """Packed pieces of the catalogue for who joins."""
        return self.folder / "segments"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def keystore(self) -> Path:
        return keystore_path(self.folder)

    def has_space(self) -> bool:
        """Whether anything of others may be written: at least 200 MiB are free."""
        return free_bytes(self.folder) >= MIN_FREE_BYTES

    def sizes(self) -> dict[str, int]:
        """Bytes that each kind of data takes; walks the folders, so it blocks."""
        kinds = {
            "book": self.book,
            "catalogue": self.catalogue,
            "mail": self.mail,
            "peers": self.peers,
            "pictures": self.blobs,
            "goods": self.goods,
            "previews": self.cache,
        }
        return {kind: _size(path) for kind, path in kinds.items()}

    def free_bytes(self) -> int:
        """Bytes that this user may still write."""
        return free_bytes(self.folder)

    def close(self) -> None:
        """Give the folder back and note that the end was orderly. Doing it twice is harmless."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None


def keystore_path(folder: Path) -> Path:
    """Where the sealed keys of a data folder lie."""
    return folder / "keystore"


def book_path(folder: Path) -> Path:
    """Where the private book of a data folder lies."""
    return folder / "book.db"


def open_home(folder: Path) -> Home:
    """Create ``folder`` if need be and lock it.

    Raises HomeInUseError, NetworkFolderError or OSError; the folder is then unchanged
    but for its creation.
    """
    make_folder(folder)
    refuse_network(folder, MOUNTS)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise HomeInUseError(
            f"{folder} is in use by another node (process {holder}); stop it or choose another home"
        ) from error
    unclean = os.fstat(lock).st_size > 0
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return Home(folder, lock, unclean=unclean)


def refuse_network(folder: Path, mounts: Path) -> None:
    """Raise NetworkFolderError if ``mounts`` shows ``folder`` on a network file system."""
    kind = _file_system(folder.resolve(), mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        raise NetworkFolderError(
            f"{folder} lies on a network file system ({kind}), where a database can be damaged; "
            "choose a folder on a local disk"
        )


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write to the disk of ``folder``."""
    return shutil.disk_usage(folder).free


def _size(path: Path) -> int:
    """Bytes of a database with what lies beside it, or of all files of a folder."""
    if path.is_dir():
        return sum(_file_size(one) for one in path.rglob("*"))
    return sum(_file_size(Path(f"{path}{end}")) for end in ("", "-wal", "-shm"))


def _file_size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # it went while we looked
        return 0


def _file_system(folder: Path, mounts: Path) -> str | None:
    if not mounts.exists():
        return None
    best, kind = -1, None
    for line in mounts.read_text(errors="replace").splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind
