"""The seller's shipping templates and defaults, kept in the book."""

from typing import Any, Final

import msgspec

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.domain.listings.listing_form import ShippingForm, form_of
from bazaar.domain.listings.merchant import (
    MAX_TEMPLATES,
    ShippingTemplate,
    ShopDefaults,
    changed,
    defaults_file,
    normal,
    shipping_file,
)

TEMPLATES: Final = "shipping_templates"
DEFAULTS: Final = "shop_defaults"


class Templates:
    """Reads and writes them; what listings say is the business of ``bulk``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self, unit: Unit) -> list[ShippingTemplate]:
        """By name."""
        held = unit.setting(TEMPLATES)
        if held is None:
            return []
        return msgspec.json.decode(held, type=list[ShippingTemplate])

    def one(self, unit: Unit, name: str) -> ShippingTemplate:
        """The template called ``name``. Raises NotFoundError."""
        found = next((one for one in self.all(unit) if one.name == name), None)
        if found is None:
            raise NotFoundError(f"there is no shipping template {name!r}")
        return found

    def put(self, unit: Unit, data: dict[str, Any]) -> ShippingTemplate:
        """Keep a template, new or by an own one's name. Raises InputError naming the field."""
        form = form_of({**data, "earlier": ()}, ShippingTemplate)
        new = msgspec.structs.replace(form, shipping=normal(form.shipping))
        known = {one.name: one for one in self.all(unit)}
        if new.name in known:
            new = changed(known[new.name], new)
        elif len(known) == MAX_TEMPLATES:
            raise InputError("name", f"at most {MAX_TEMPLATES} templates")
        self._write(unit, known | {new.name: new})
        return new

    def remove(self, unit: Unit, name: str) -> None:
        """Forget a template; listings keep what they say. Raises NotFoundError."""
        gone = self.one(unit, name)
        known = {one.name: one for one in self.all(unit) if one.name != gone.name}
        self._write(unit, known)

    def shipping(self, unit: Unit) -> dict[str, list[dict[str, Any]]]:
        """The ``shipping`` of a listing file, by template."""
        return {one.name: shipping_file(one.shipping) for one in self.all(unit)}

    def kept_defaults(self, unit: Unit) -> ShopDefaults:
        """What new listings start with."""
        held = unit.setting(DEFAULTS)
        return (
            ShopDefaults()
            if held is None
            else msgspec.json.decode(held, type=ShopDefaults)
        )

    def set_defaults(self, unit: Unit, data: dict[str, Any]) -> ShopDefaults:
        """Keep what new listings start with. Raises InputError naming the field."""
        defaults = form_of(data, ShopDefaults)
        if defaults.template:
            try:
                self.one(unit, defaults.template)
            except NotFoundError as error:
                raise InputError("template", str(error)) from error
        unit.set_setting(DEFAULTS, msgspec.json.encode(defaults))
        return defaults

    def defaults(self, unit: Unit) -> dict[str, Any]:
        """The same as fields of a listing file, its template filled in."""
        kept = self.kept_defaults(unit)
        found = {one.name: one for one in self.all(unit)}
        return defaults_file(kept, found.get(kept.template))

    def _write(self, unit: Unit, templates: dict[str, ShippingTemplate]) -> None:
        ordered = sorted(templates.values(), key=lambda one: one.name)
        unit.set_setting(TEMPLATES, msgspec.json.encode(ordered))


def uses(template: ShippingTemplate, shipping: Any) -> str:
    """``now`` or ``earlier`` as the ways of a listing file are the template's; else empty."""
    if not shipping:
        return ""
    ways = normal(msgspec.convert(shipping, tuple[ShippingForm, ...]))
    if ways == template.shipping:
        return "now"
    return "earlier" if ways in template.earlier else ""
