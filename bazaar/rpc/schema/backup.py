"""Backups of the home."""

from bazaar.rpc.schema.call import Answer, Call


class BackupMake(Call, frozen=True, tag="backup"):
    """Write a backup to ``file``, an absolute path, and test it by restoring it."""

    file: str


class BackupView(Answer, frozen=True):
    """A backup that was made and tested: when, where, how many bytes."""

    at: int
    file: str
    size: int


class BackupState(Call, frozen=True, tag="backup.state"):
    """The last backup, and how far one is that is being made."""


class BackupStateView(Answer, frozen=True):
    """What the app's card shows.

    Attributes:
        last: None if none was ever made.
        per_cent: How far the running one is; None while none is being made.
        is_due: Whether there is something to lose that no backup holds: none was made,
            or the last one is older than 30 days.
    """

    last: BackupView | None
    per_cent: int | None
    is_due: bool
