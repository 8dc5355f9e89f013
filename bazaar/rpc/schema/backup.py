"""Backups of the home."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class BackupMake(Call, frozen=True, tag="backup"):
    """Write a backup to ``file``, an absolute path, and test it by restoring it."""

    file: str


class BackupPlan(Call, frozen=True, tag="backup.plan"):
    """Make one a week into ``folder``, a whole path, from now on; empty ends that."""

    folder: str = ""


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
        folder: Where one a week goes by itself; empty without a schedule.
        next_at: When the next of these is due.
        problem: Why the last of these was not made.
    """

    last: BackupView | None
    per_cent: int | None
    is_due: bool
    folder: str = ""
    next_at: int | None = None
    problem: str = ""


CALLS: Final[Answers] = {
    BackupMake: BackupView,
    BackupPlan: BackupStateView,
    BackupState: BackupStateView,
}
