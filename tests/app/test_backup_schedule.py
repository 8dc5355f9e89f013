"""Weekly backups: made when due, tried again after a failure, the newest three kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bazaar.app.ports import BackupWish
from bazaar.app.recovery.backup_schedule import (
    KEPT,
    RETRY_SECONDS,
    WEEK_SECONDS,
    BackupSchedule,
    schedule,
)
from bazaar.domain.errors import InputError
from store.backups import FileBackups, peek
from tests.app.town import Cast, Person
from tests.fakes import until


class Home:
    """A person's real archive, which can be told to fail."""

    def __init__(self, person: Person) -> None:
        self._files = FileBackups(person.home)
        self.fails = False

    def write(self, wish: BackupWish, told: Callable[[int], None]) -> int:
        if self.fails:
            raise OSError(28, "No space left on device")
        return self._files.write(wish, told)

    def prune(self, folder: Path, stem: str, keep: int) -> int:
        return self._files.prune(folder, stem, keep)


def planned(person: Person) -> BackupSchedule:
    """The person's schedule over a real archive."""
    node = person.node
    node.context = node.context._replace(archive=Home(person))
    node.backups._context = node.context
    node.backup_schedule._context = node.context
    return node.backup_schedule


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.backup"))


def is_planned(person: Person) -> bool:
    """Whether the last one is done and the next one is not due yet."""
    with person.book.unit() as unit:
        found = schedule(unit)
    return found is not None and found.due > person.clock.now()


async def test_one_a_week_is_made_and_the_newest_three_stay(
    cast: Cast, tmp_path: Path
) -> None:
    person = cast.buyer
    plan = planned(person)
    (tmp_path / "bazaar-00000000-5.backup").write_text("somebody else's")
    (tmp_path / "notes.txt").write_text("mine")
    plan.choose(str(tmp_path))
    await until(lambda: is_planned(person))
    for week in range(KEPT + 1):
        cast.town.wall.time += WEEK_SECONDS - 1
        await plan._tend()
        assert len(files(tmp_path)) == 1 + min(week + 1, KEPT)
        cast.town.wall.time += 1
        await plan._tend()
        assert len(files(tmp_path)) == 1 + min(week + 2, KEPT)
    newest = tmp_path / files(tmp_path)[-1]
    assert peek(newest, person.identity.backup_key).key == person.key
    assert (tmp_path / "notes.txt").exists()
    assert (tmp_path / "bazaar-00000000-5.backup").exists()


async def test_a_full_disk_is_told_and_tried_again(cast: Cast, tmp_path: Path) -> None:
    plan = planned(cast.buyer)
    archive = plan._context.archive
    assert isinstance(archive, Home)
    archive.fails = True
    plan.choose(str(tmp_path))

    def problem() -> str:
        with cast.buyer.book.unit() as unit:
            found = schedule(unit)
        return found.problem if found else ""

    await until(lambda: "No space" in problem())
    assert files(tmp_path) == []
    archive.fails = False
    cast.town.wall.time += RETRY_SECONDS
    await plan._tend()
    assert len(files(tmp_path)) == 1
    assert problem() == ""


async def test_a_schedule_needs_a_folder_that_is_there(
    cast: Cast, tmp_path: Path
) -> None:
    plan = planned(cast.buyer)
    for folder in ("relative", str(tmp_path / "not there")):
        with pytest.raises(InputError):
            plan.choose(folder)
    plan.choose("")
    with cast.buyer.book.unit() as unit:
        assert schedule(unit) is None
