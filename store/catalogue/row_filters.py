"""Filters that look at the rows of candidates."""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from bazaar.domain.amounts.countries import has_bit
from store.catalogue.entries import chunks, rows_in
from store.catalogue.rows import STATE_AT, STATE_MASK, TYPE_MASK

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNTRIES: Final = "SELECT id, countries FROM listing WHERE id IN "


class RowFilter(NamedTuple):
    """What a row must satisfy; None asks for nothing.

    Attributes:
        state: One ``ListingState``.
        category: Number of a category.
        country: Bit of a country; rows with few countries have them in the index already.
    """

    unit: int | None = None
    price_from: int | None = None
    price_to: int | None = None
    type: int | None = None
    state: int | None = None
    category: int | None = None
    country: int | None = None

    def and_also(self, other: "RowFilter") -> "RowFilter":
        """Both; they must not ask two things of one field."""
        both = (
            one if one is not None else it for one, it in zip(self, other, strict=True)
        )
        return RowFilter(*both)

    def mask(self, rows: "NDArray[np.void]") -> "NDArray[np.bool]":
        """Which of ``rows`` pass all but the country."""
        fits = np.ones(len(rows), bool)
        if self.unit is not None:
            fits &= rows["unit"] == self.unit
        if self.price_from is not None:
            fits &= rows["price"] >= self.price_from
        if self.price_to is not None:
            fits &= rows["price"] <= self.price_to
        if self.type is not None:
            fits &= rows["traits"] & TYPE_MASK == self.type
        if self.state is not None:
            fits &= rows["traits"] >> STATE_AT & STATE_MASK == self.state
        if self.category is not None:
            one, other, third = (rows[name] for name in ("first", "second", "third"))
            fits &= (
                (one == self.category)
                | (other == self.category)
                | (third == self.category)
            )
        return fits

    def passing(
        self, connection: Connection, rows: "NDArray[np.void]"
    ) -> "NDArray[np.bool]":
        """Which of ``rows`` pass; of those that go to many countries the file says to which."""
        fits = self.mask(rows)
        if self.country is None:
            return fits
        unsure = fits & rows["many"]
        if unsure.any():
            fits[unsure] = _reach(connection, rows["id"][unsure].tolist(), self.country)
        return fits


NO_FILTER: Final = RowFilter()


def _reach(connection: Connection, ids: list[int], country: int) -> list[bool]:
    reached = {
        id_: has_bit(countries, country)
        for chunk in chunks(ids)
        for id_, countries in rows_in(connection, COUNTRIES, chunk)
    }
    return [reached[id_] for id_ in ids]
