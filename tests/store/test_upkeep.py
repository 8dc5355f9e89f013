"""The index is merged after deletes and loses nothing by it."""

from pathlib import Path

from bazaar.domain.rating import Rating
from store.catalogue.heads import apply_head
from store.catalogue.records import keep_rating, ratings
from store.catalogue.schema import prepare
from store.engine import WRITER_PRAGMAS, open_handle, sqlite_engine
from store.upkeep import DELETES_BETWEEN_MERGES, Upkeep
from tests.domain.samples import BUYER, NOW, SELLER, signed
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


def test_a_rating_is_replaced_by_its_correction_only(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    prepare(path)
    first = signed(rating(0), BUYER)
    second = signed(rating(1), BUYER)
    engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
    with engine.connect() as connection, connection.begin():
        assert keep_rating(connection, first, SELLER.key, b"slot")
        assert not keep_rating(connection, first, SELLER.key, b"slot")
        assert ratings(connection, SELLER.key) == [first.envelope]
        assert keep_rating(connection, second, SELLER.key, b"slot")
        assert not keep_rating(connection, first, SELLER.key, b"slot")
        assert ratings(connection, SELLER.key) == [second.envelope]
        assert keep_rating(connection, first, SELLER.key, b"other")
        assert len(ratings(connection, SELLER.key)) == 2
        assert ratings(connection, BUYER.key) == []


def rating(seq: int) -> Rating:
    return Rating(
        by=BUYER.key,
        seq=seq,
        ratee=SELLER.key,
        ratee_role=1,
        slot=b"slot",
        fund_ack=b"ack",
        overall=5,
        aspects=(5, 5, 5, 5),
        tags=(),
        text="",
        at=NOW + seq,
        line=0,
        slot_signature=bytes(64),
    )


def test_the_catalogue_never_uses_the_object_mapper() -> None:
    folder = Path(__file__).parent.parent.parent / "store" / "catalogue"
    assert not [
        path for path in folder.glob("*.py") if "sqlalchemy.orm" in path.read_text()
    ]
