"""The parts of a listing file, form by form, as wire objects."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bazaar.domain.amounts.money import Money, parse_amount, parse_money
from bazaar.domain.amounts.percent import parse_percent
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import (
    Coupon,
    Option,
    ShippingKind,
    ShippingOption,
    ShippingService,
    Sku,
    StockHint,
    Tax,
    Variant,
)
from bazaar.domain.listings.listing_form import (
    CouponForm,
    OptionForm,
    ServiceForm,
    ShippingForm,
    SkuForm,
    TaxForm,
    VariantForm,
)
from bazaar.domain.listings.price import coupon_hash

FEW: Final = 3
"""Up to this count the published hint says few."""


class Amounts(NamedTuple):
    """Reads amounts of one unit, minor units; another unit is an InputError."""

    unit: str
    scales: Mapping[str, int]

    def read(self, words: str, field: str) -> int:
        """An amount of at least 0."""
        return self._own(parse_amount(words, field, self.scales), field)

    def read_signed(self, words: str, field: str) -> int:
        """An amount that may be negative."""
        return self._own(parse_money(words, field, self.scales), field)

    def _own(self, money: Money, field: str) -> int:
        if money.unit != self.unit:
            raise InputError(field, f"the price is in {self.unit}, so must this be")
        return money.minor


def stock_hint(count: int | None) -> StockHint:
    """What is published of a stock ``count``; None is unlimited."""
    if count == 0:
        return StockHint.NONE
    return StockHint.FEW if count is not None and count <= FEW else StockHint.YES


def option_of(form: OptionForm) -> Option:
    """The option that ``form`` describes."""
    variants = tuple(Variant(v.name, v.image) for v in map(variant_form, form.variants))
    return Option(form.name, form.description, variants)


def variant_form(variant: VariantForm | str) -> VariantForm:
    """A variant with all its fields, given by name alone or in full."""
    return VariantForm(variant) if isinstance(variant, str) else variant


def sku_of(
    form: SkuForm, field: str, options: Sequence[Option], amounts: Amounts
) -> Sku:
    """The SKU that ``form`` describes. Raises InputError naming ``field``."""
    if unknown := set(form.options) - {option.name for option in options}:
        raise InputError(f"{field}.options", f"there is no option {min(unknown)!r}")
    surcharge = 0
    if form.surcharge is not None:
        surcharge = amounts.read_signed(form.surcharge, f"{field}.surcharge")
    return Sku(
        combination=tuple(_variant_index(form, field, option) for option in options),
        word=form.sku,
        surcharge=surcharge,
        stock=stock_hint(form.stock),
        image=form.image,
    )


def shipping_of(form: ShippingForm, field: str, amounts: Amounts) -> ShippingOption:
    """The shipping option that ``form`` describes. Raises InputError naming ``field``."""
    services = tuple(
        _service(service, f"{field}.services[{index}]", amounts)
        for index, service in enumerate(form.services)
    )
    kind = ShippingKind[form.kind.upper()]
    return ShippingOption(form.title, kind, country_list(form.countries), services)


def tax_of(form: TaxForm, field: str) -> Tax:
    """The tax that ``form`` describes. Raises InputError naming ``field``."""
    bp = parse_percent(form.percent, f"{field}.percent")
    if bp == 0:
        raise InputError(f"{field}.percent", "it must be above 0")
    return Tax(form.type, country_list(form.countries), bp, form.on_shipping)


def coupon_of(
    form: CouponForm, field: str, salt: bytes, amounts: Amounts, expires: int
) -> Coupon:
    """The coupon that ``form`` describes, under ``salt`` (16 bytes). Raises InputError."""
    if (form.percent is None) == (form.amount is None):
        raise InputError(field, "give either percent or amount")
    bp = fixed = None
    if form.percent is not None:
        bp = parse_percent(form.percent, f"{field}.percent")
    if form.amount is not None:
        fixed = amounts.read(form.amount, f"{field}.amount")
    if bp == 0 or fixed == 0:
        raise InputError(field, "the discount must be above 0")
    end = expires if form.expires is None else form.expires
    return Coupon(
        form.title, salt, coupon_hash(salt, form.code), bp, fixed, end, form.per_buyer
    )


def country_list(codes: Sequence[str]) -> tuple[str, ...]:
    """``codes`` once each and ascending, as they are signed."""
    return tuple(sorted(set(codes)))


def _variant_index(form: SkuForm, field: str, option: Option) -> int:
    names = [variant.name for variant in option.variants]
    chosen = form.options.get(option.name)
    if chosen is None:
        raise InputError(f"{field}.options", f"the option {option.name!r} is missing")
    if chosen not in names:
        raise InputError(
            f"{field}.options", f"{option.name!r} has no variant {chosen!r}"
        )
    return names.index(chosen)


def _service(form: ServiceForm, field: str, amounts: Amounts) -> ShippingService:
    first = amounts.read(form.first, f"{field}.first")
    additional = first
    if form.additional is not None:
        additional = amounts.read(form.additional, f"{field}.additional")
    return ShippingService(form.name, first, additional, form.estimate)
