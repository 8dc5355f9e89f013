"""The index is merged after deletes and loses nothing by it."""

from pathlib import Path

from store.catalogue.heads import apply_head
from store.catalogue.schema import prepare
from store.engine import WRITER_PRAGMAS, open_handle, sqlite_engine
from store.upkeep import DELETES_BETWEEN_MERGES, Upkeep
from tests.domain.samples import NOW
from tests.store.samples import card, head


def edited(path: Path, times: int) -> None:
    prepare(path)
    engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
    with engine.connect() as connection:
        for seq in range(times):
            cards = [card(f"c{number}", seq=seq) for number in range(5)]
            with connection.begin():
                apply_head(connection, head(cards, seq=seq + 1), 1, cards, NOW)


def segments(path: Path) -> int:
    handle = open_handle(str(path))
    found = handle.execute("SELECT count(DISTINCT segid) FROM fts_idx").fetchone()[0]
    handle.close()
    return int(found)


def test_an_idle_writer_merges_and_every_word_stays(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    edited(path, 10)
    before = segments(path)
    handle = open_handle(str(path))
    upkeep = Upkeep()
    upkeep.deleted(1)
    upkeep.when_idle(handle, lambda: True)
    assert segments(path) < before
    handle.execute("INSERT INTO fts(fts) VALUES('integrity-check')")
    found = handle.execute(
        "SELECT count(*) FROM fts WHERE fts MATCH 'brass'"
    ).fetchone()[0]
    handle.close()
    assert found == 5


def test_a_merge_stops_when_somebody_wants_to_write(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    edited(path, 10)
    before = segments(path)
    handle = open_handle(str(path))
    upkeep = Upkeep()
    upkeep.deleted(1)
    upkeep.when_idle(handle, lambda: False)
    assert segments(path) == before
    upkeep.when_idle(handle, lambda: True)
    handle.close()
    assert segments(path) < before


def test_2000_deletes_are_merged_at_once(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    edited(path, 10)
    before = segments(path)
    handle = open_handle(str(path))
    upkeep = Upkeep()
    upkeep.deleted(DELETES_BETWEEN_MERGES - 1)
    upkeep.after_batch(handle)
    assert segments(path) == before
    upkeep.deleted(1)
    upkeep.after_batch(handle)
    handle.close()
    assert segments(path) < before
