"""The seller's tools over many listings, built of the own shop."""

from bazaar.app.context import Context
from bazaar.app.importing.importer import Importer
from bazaar.app.shop.batches import Batches
from bazaar.app.shop.bulk import Bulk
from bazaar.app.shop.listing_export import Exporter
from bazaar.app.shop.shipping_templates import Templates
from bazaar.app.shop.shop import Shop


class Merchant:
    """Keeps no state of its own: everything is in the book."""

    def __init__(self, context: Context, shop: Shop) -> None:
        self.batches = Batches(context, shop)
        self.templates = Templates(context)
        self.importer = Importer(context, self.batches, self.templates)
        self.exporter = Exporter(context, self.batches)
        self.bulk = Bulk(context, self.batches)
