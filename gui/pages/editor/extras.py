"""Taxes and coupons of a listing."""

from gui.pages.editor.draft import Coupon, Tax
from gui.texts import tr
from gui.widgets.rows import YES, Column, Rows


def tax_rows() -> Rows:
    """Return an empty table of taxes."""
    return Rows(
        (
            Column("type", tr("taxes.type"), 2, "VAT"),
            Column("countries", tr("ways.countries"), 3, "DE, AT", 1200),
            Column("percent", tr("taxes.percent"), 1, "19", 6),
            Column("on_shipping", tr("taxes.on_shipping"), 0, kind="tick"),
        ),
        tr("taxes.add"),
    )


def coupon_rows() -> Rows:
    """Return an empty table of coupons."""
    return Rows(
        (
            Column("title", tr("coupons.title"), 2, tr("coupons.title_hint"), 70),
            Column("code", tr("coupons.code"), 3, "SPRING26", 20),
            Column("percent", tr("coupons.percent"), 1, "10", 6),
            Column("amount", tr("coupons.amount"), 2, "", 18),
            Column("per_buyer", tr("coupons.per_buyer"), 2, tr("coupons.any"), 10),
            Column("expires", tr("coupons.expires"), 3, "2027-01-31", 10),
        ),
        tr("coupons.add"),
    )


def show_taxes(rows: Rows, taxes: tuple[Tax, ...]) -> None:
    """Show these taxes."""
    rows.set_rows(
        [
            {
                "type": one.type,
                "countries": one.countries,
                "percent": one.percent,
                "on_shipping": YES if one.on_shipping else "",
            }
            for one in taxes
        ]
    )


def taxes_of(rows: Rows) -> tuple[Tax, ...]:
    """Return the taxes as typed."""
    return tuple(
        Tax(one["type"], one["countries"], one["percent"], one["on_shipping"] == YES)
        for one in rows.rows()
    )


def show_coupons(rows: Rows, coupons: tuple[Coupon, ...]) -> None:
    """Show these coupons."""
    rows.set_rows(
        [
            {
                "title": one.title,
                "code": one.code,
                "percent": one.percent,
                "amount": one.amount,
                "per_buyer": one.per_buyer,
                "expires": one.expires,
            }
            for one in coupons
        ]
    )


def coupons_of(rows: Rows) -> tuple[Coupon, ...]:
    """Return the coupons as typed."""
    return tuple(Coupon(**one) for one in rows.rows())
