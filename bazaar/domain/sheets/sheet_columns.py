"""The columns of a shop's spreadsheet, and other shop systems' names for them (docs/IMPORT.md)."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from bazaar.domain.errors import InputError

MAX_OPTIONS: Final = 30
IGNORED: Final = ""
LISTING_COLUMNS: Final = (
    "slug", "title", "type", "price", "unit", "short", "description", "condition",
    "categories", "tags", "language", "mature", "state", "processing_time", "grams",
    "images", "captions", "ships_from", "ships_from_postal_code", "shipping_template",
    "shipping", "taxes", "coupons", "arbiters", "rails", "terms", "refund_policy",
    "ship_days", "inspect_days", "expires",
)  # fmt: skip
SKU_COLUMNS: Final = ("sku", "surcharge", "stock", "sku_image")
OPTION_PARTS: Final = ("name", "value", "values", "description", "images")

OWN: Final = "bazaar"
SHOPIFY: Final = "shopify"
WOOCOMMERCE: Final = "woocommerce"

_OPTION: Final = re.compile(r"option([1-9][0-9]?)_([a-z]+)\Z")
_WOO_OPTION: Final = re.compile(r"attribute_([1-9][0-9]?)_(name|value_s)\Z")
_OTHER: Final = re.compile(r"[^a-z0-9]+")

_GENERAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "title", "product": "title", "artikel": "title", "bezeichnung": "title",
        "titel": "title", "preis": "price", "currency": "unit", "wahrung": "unit",
        "waehrung": "unit", "bestand": "stock", "menge": "stock", "quantity": "stock",
        "lager": "stock", "inventory": "stock", "artikelnummer": "sku", "art_nr": "sku",
        "item_number": "sku", "beschreibung": "description", "kurzbeschreibung": "short",
        "summary": "short", "kategorie": "categories", "kategorien": "categories",
        "category": "categories", "schlagworte": "tags", "keywords": "tags",
        "bild": "images", "bilder": "images", "image": "images", "picture": "images",
        "pictures": "images", "photo": "images", "photos": "images",
        "gewicht_g": "grams", "weight_g": "grams", "weight_kg": "kilograms",
        "gewicht_kg": "kilograms", "zustand": "condition", "sprache": "language",
        "handle": "slug", "status": "state", "versand": "shipping_template",
        "artikelbezeichnung": "title", "artikelname": "title", "produktname": "title",
        "produkt": "title", "product_name": "title", "item": "title", "nom": "title",
        "nombre": "title", "titre": "title", "titulo": "title",
        "verkaufspreis": "price", "vk": "price", "vk_preis": "price", "vk_brutto": "price",
        "vk_preis_brutto": "price", "preis_brutto": "price", "bruttopreis": "price",
        "preis_eur": "price", "price_eur": "price", "unit_price": "price",
        "retail_price": "price", "prix": "price", "precio": "price", "prezzo": "price",
        "lagerbestand": "stock", "lagermenge": "stock", "anzahl": "stock",
        "stuckzahl": "stock", "qty": "stock", "stock_quantity": "stock",
        "quantite": "stock", "cantidad": "stock", "art_nummer": "sku", "item_no": "sku",
        "bestellnummer": "sku", "reference": "sku", "referenz": "sku",
        "langbeschreibung": "description", "artikelbeschreibung": "description",
        "descripcion": "description", "warengruppe": "categories",
        "produktgruppe": "categories", "rubrik": "categories", "categorie": "categories",
        "stichworte": "tags", "foto": "images", "fotos": "images", "bilddatei": "images",
        "image_file": "images", "gewicht_in_kg": "kilograms", "gewicht_in_g": "grams",
    }
)  # fmt: skip
_SHOPIFY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "handle": "slug", "url_handle": "slug", "title": "title",
        "body_html": "html", "description": "html", "type": "shop_category",
        "product_category": IGNORED, "tags": "tags",
        "published": "published", "published_on_online_store": "published",
        "status": "shop_state", "variant_sku": "sku", "sku": "sku",
        "variant_grams": "grams", "weight_value_grams": "grams",
        "variant_inventory_tracker": "tracker", "inventory_tracker": "tracker",
        "variant_inventory_qty": "stock", "inventory_quantity": "stock",
        "variant_inventory_policy": "oversell",
        "continue_selling_when_out_of_stock": "oversell",
        "variant_price": "price", "price": "price",
        "variant_requires_shipping": "shipped", "requires_shipping": "shipped",
        "image_src": "images", "product_image_url": "images",
        "image_alt_text": "captions", "variant_image": "variant_picture",
        "variant_image_url": "variant_picture",
    }
)  # fmt: skip
_WOOCOMMERCE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "shop_id", "type": "shop_type", "sku": "sku", "name": "title",
        "published": "published", "short_description": "short_html",
        "description": "html", "in_stock": "in_stock", "stock": "stock",
        "backorders_allowed": "oversell", "weight_kg": "kilograms",
        "weight_g": "grams", "sale_price": "sale_price",
        "regular_price": "price", "categories": "shop_categories", "tags": "shop_tags",
        "images": "shop_images", "parent": "parent",
    }
)  # fmt: skip
DIALECTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {SHOPIFY: _SHOPIFY, WOOCOMMERCE: _WOOCOMMERCE, OWN: _GENERAL}
)
_SIGNS: Final = (
    (SHOPIFY, frozenset({"handle", "variant_price"})),
    (SHOPIFY, frozenset({"url_handle", "title"})),
    (WOOCOMMERCE, frozenset({"regular_price", "name"})),
)


_PLAIN: Final = str.maketrans("äöüéèêàáíóúñç", "aoueeeaaiounc", "")


class Columns(NamedTuple):
    """Which column holds what.

    Attributes:
        dialect: Whose file it is: bazaar, shopify or woocommerce.
        fields: Our name of each column in order; IGNORED where it is not read.
        header: The columns as the file names them.
    """

    dialect: str
    fields: tuple[str, ...]
    header: tuple[str, ...]

    def name(self, field: str) -> str:
        """The file's name of ``field``; the field itself where no column holds it."""
        found = zip(self.header, self.fields, strict=True)
        return next((head for head, own in found if own == field), field)


def columns_of(header: Sequence[str], chosen: Mapping[str, str]) -> Columns:
    """What each column of ``header`` holds; ``chosen`` overrules by the column's name.

    Raises InputError when two columns hold the same, or none can be read.
    """
    keys = [plain(head) for head in header]
    dialect = next((name for name, signs in _SIGNS if signs <= set(keys)), OWN)
    fields = [
        _checked(head, chosen[head]) if head in chosen else _field(key, dialect)
        for head, key in zip(header, keys, strict=True)
    ]
    for index, field in enumerate(fields):
        if field and field in fields[:index]:
            first = header[fields.index(field)]
            raise InputError(header[index], f"{first} holds the {field} already")
    if not any(fields):
        raise InputError("file", "no column of its first row is known")
    return Columns(dialect, tuple(fields), tuple(header))


def plain(head: str) -> str:
    """A column's name without case, spaces and signs."""
    lowered = head.lower().translate(_PLAIN)
    return _OTHER.sub("_", lowered).strip("_")


def is_column(field: str) -> bool:
    """Whether ``field`` is one of our columns."""
    return field in LISTING_COLUMNS or field in SKU_COLUMNS or _is_option(field)


def option_column(number: int, part: str) -> str:
    """The column of one part of the option ``number`` (1..30)."""
    return f"option{number}_{part}"


def _checked(head: str, field: str) -> str:
    if field != IGNORED and not is_column(field):
        raise InputError(head, f"there is no column {field!r}")
    return field


def _field(key: str, dialect: str) -> str:
    if found := _WOO_OPTION.match(key):
        part = "name" if found[2] == "name" else "shop_values"
        return f"option{found[1]}_{part}" if dialect == WOOCOMMERCE else IGNORED
    if _is_option(key):
        return key
    if dialect == OWN and is_column(key):
        return key
    return DIALECTS[dialect].get(key, IGNORED)


def _is_option(field: str) -> bool:
    found = _OPTION.match(field)
    return bool(found and found[2] in OPTION_PARTS and int(found[1]) <= MAX_OPTIONS)
