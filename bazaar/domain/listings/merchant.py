"""What a seller keeps for many listings: shipping templates and the defaults of new ones."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from bazaar.domain.amounts.money import format_money, parse_amount
from bazaar.domain.listings.listing_form import (
    DeadlinesForm,
    Form,
    ServiceForm,
    ShippingForm,
    ShipsFromForm,
    TaxForm,
    plain_json,
)
from bazaar.domain.listings.listing_parts import country_list
from bazaar.domain.wire.bounds import Language, Sentence, Terms, Word

MAX_TEMPLATES: Final = 100
MAX_EARLIER: Final = 10
Ways = Annotated[tuple[ShippingForm, ...], Meta(min_length=1, max_length=30)]


class ShippingTemplate(Form, frozen=True):
    """Ways of shipping under a name; listings hold copies.

    Attributes:
        earlier: What it said before; listings that still say so can be updated.
    """

    name: Word
    shipping: Ways
    earlier: Annotated[tuple[Ways, ...], Meta(max_length=MAX_EARLIER)] = ()


class ShopDefaults(Form, frozen=True):
    """What is copied into a new listing that says nothing of it.

    Attributes:
        template: Name of a shipping template, for physical goods.
    """

    language: Language = "en"
    template: str = ""
    processing_time: Sentence = ""
    ships_from: ShipsFromForm | None = None
    taxes: Annotated[tuple[TaxForm, ...], Meta(max_length=30)] = ()
    terms: Terms = ""
    refund_policy: Terms = ""
    deadlines: DeadlinesForm = DeadlinesForm()


def normal(ways: Iterable[ShippingForm]) -> Ways:
    """``ways`` with every amount and list as a signed listing gives it back.

    Raises InputError naming the amount that is none.
    """
    return tuple(
        msgspec.structs.replace(
            way,
            countries=country_list(way.countries),
            services=tuple(map(_normal_service, way.services)),
        )
        for way in ways
    )


def _normal_service(service: ServiceForm) -> ServiceForm:
    first = format_money(parse_amount(service.first, "first"))
    more = service.additional
    additional = (
        first if more is None else format_money(parse_amount(more, "additional"))
    )
    return msgspec.structs.replace(service, first=first, additional=additional)


def changed(old: ShippingTemplate, new: ShippingTemplate) -> ShippingTemplate:
    """``new`` that remembers what ``old`` said, newest first."""
    known = [old.shipping, *old.earlier]
    earlier = tuple(one for one in known if one != new.shipping)[:MAX_EARLIER]
    return msgspec.structs.replace(new, earlier=earlier)


def defaults_file(
    defaults: ShopDefaults, template: ShippingTemplate | None
) -> dict[str, Any]:
    """The fields of a listing file that ``defaults`` give."""
    data: dict[str, Any] = plain_json(defaults)
    data.pop("template", None)
    if template is not None:
        data["shipping"] = shipping_file(template.shipping)
    return data


def shipping_file(ways: Ways) -> list[dict[str, Any]]:
    """``ways`` as a listing file says them."""
    return plain_json(ways)
