"""backup: one sealed file that holds everything, tested before it is called done."""

from pathlib import Path

from bazaar.app.node import Node
from bazaar.app.recovery.backup import FRESH_SECONDS, last_backup
from bazaar.app.recovery.backup_schedule import schedule
from bazaar.domain.errors import InputError
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.backup import (
    BackupMake,
    BackupPlan,
    BackupState,
    BackupStateView,
    BackupView,
)


class BackupCalls:
    """Makes backups and says when the last one was."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            BackupMake: self.make,
            BackupState: self.state,
            BackupPlan: self.plan,
        }

    async def make(self, call: BackupMake) -> BackupView:
        """Write and test."""
        try:
            made = await self._node.backups.make(Path(call.file))
        except OSError as error:
            words = error.strerror or str(error)
            raise InputError("file", f"the backup was not made: {words}") from error
        return BackupView(at=made.at, file=made.path, size=made.size)

    async def plan(self, call: BackupPlan) -> BackupStateView:
        """Choose or end the weekly backup; the first one begins now."""
        self._node.backup_schedule.choose(call.folder)
        return await self.state(BackupState())

    async def state(self, _: BackupState) -> BackupStateView:
        """The last one and the running one."""
        context = self._node.context
        with context.book.unit() as unit:
            last = last_backup(unit)
            plan = schedule(unit)
        progress = self._node.backups.progress
        return BackupStateView(
            last=BackupView(at=last.at, file=last.path, size=last.size)
            if last
            else None,
            per_cent=progress.per_cent if progress else None,
            is_due=last is None or context.now() - last.at > FRESH_SECONDS,
            folder=plan.folder if plan else "",
            next_at=plan.due if plan else None,
            problem=plan.problem if plan else "",
        )
