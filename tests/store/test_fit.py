"""The adapters fit the ports; the type checker reads this file, the test only runs it."""

from pathlib import Path

from bazaar.app.ports import Blobs, Book, Catalogue, Pictures, Unit
from store.blobs import FileBlobs
from store.book.book import SqlBook, open_book
from store.book.unit import SqlUnit
from store.catalogue.catalogue import SqlCatalogue
from store.pictures import ChildPictures


def as_ports(
    book: SqlBook, catalogue: SqlCatalogue, pictures: ChildPictures
) -> tuple[Book, Catalogue, Pictures]:
    return book, catalogue, pictures


def as_unit(unit: SqlUnit) -> Unit:
    return unit


def as_blobs(blobs: FileBlobs) -> Blobs:
    return blobs


def test_a_unit_and_blobs_fit(tmp_path: Path) -> None:
    with open_book(tmp_path / "book.db") as book, book.unit() as unit:
        assert as_unit(unit).trades() == []
    assert not as_blobs(FileBlobs(tmp_path / "blobs")).has(bytes(32))
    assert as_ports
