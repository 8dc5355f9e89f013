"""Many own listings at once: files in and out, bulk edits, templates and defaults."""

from typing import Any, Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, Done


class ListingImport(Call, frozen=True, tag="listing.import"):
    """Import a CSV or JSON file, or a zip of one with its pictures.

    Progress comes as events of the topic ``job``: job, stage, done, total.

    Attributes:
        job: Names this run, for its events and for ``listing.import_stop``.
        pictures: Folder or zip of the pictures; beside the file by default.
        unit: The unit of amounts that name none.
        template: Shipping template of new listings that name none.
        columns: Our column (empty: none) by the file's, where ours would be wrong.
        spare: Picture of goods that have none, a whole path; empty: they are faults.
        only_sound: Publish the sound listings although others have faults.
    """

    file: str
    job: str = ""
    pictures: str = ""
    unit: str = ""
    template: str = ""
    columns: dict[str, str] = field(default_factory=dict[str, str])
    dry_run: bool = False
    only_sound: bool = False
    spare: str = ""


class ListingImportStop(Call, frozen=True, tag="listing.import_stop"):
    """Cancel a running import; nothing of it is published."""

    job: str


class ImportFault(Answer, frozen=True):
    """What is wrong with one cell."""

    row: int
    column: str
    words: str


class ImportRow(Answer, frozen=True):
    """One listing as the file would make it."""

    row: int
    slug: str
    title: str
    price: str
    stock: str
    pictures: int
    new: bool


class ImportView(Answer, frozen=True):
    """What an import did, or with ``done`` false would do.

    Attributes:
        errors: The first 1,000 faults; ``refused`` counts all.
        rows: The first 500 sound listings.
        columns: (the file's column, ours or empty) in order.
        dialect: Whose export it is: bazaar, shopify or woocommerce.
    """

    done: bool
    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    errors: tuple[ImportFault, ...]
    refused: int
    rows: tuple[ImportRow, ...]
    columns: tuple[tuple[str, str], ...]
    dialect: str
    encoding: str


class ListingExport(Call, frozen=True, tag="listing.export"):
    """Write own listings to a .csv, .json or .zip; all without ``slugs``."""

    file: str
    slugs: tuple[str, ...] = ()


class Exported(Answer, frozen=True):
    """How many things a file holds now."""

    file: str
    count: int


class ListingBulk(Call, frozen=True, tag="listing.bulk"):
    """One edit over many own listings as one publication.

    Attributes:
        edit: As ``bazaar.domain.listings.bulk.Edit``: price, price_percent, price_add, stock,
            stock_add, sku, tags_add, tags_remove, categories_add, categories_remove,
            shipping, state.
        template: Name of the shipping template to put in; instead of ``edit.shipping``.
        slugs: Which listings; else all that fit ``text``, ``state``, ``kind``,
            ``category`` and ``tag``, or with ``everything`` all.
    """

    edit: dict[str, Any]
    template: str = ""
    slugs: tuple[str, ...] = ()
    everything: bool = False
    text: str = ""
    state: str = ""
    kind: str = ""
    category: str = ""
    tag: str = ""
    dry_run: bool = False


class BulkLine(Answer, frozen=True):
    """One listing before and after; with ``refused`` it stays as it was."""

    slug: str
    title: str
    before: str
    after: str
    refused: str


class BulkView(Answer, frozen=True):
    """What a bulk edit did, or would do.

    Attributes:
        number: Names it for ``listing.undo``; 0 when nothing was written.
        lines: The first 1,000 listings, refused ones first.
    """

    number: int
    words: str
    changed: int
    refused: int
    lines: tuple[BulkLine, ...]


class ListingUndo(Call, frozen=True, tag="listing.undo"):
    """Take a bulk edit back, the newest by default."""

    number: int | None = None
    dry_run: bool = False


class ListingHistory(Call, frozen=True, tag="listing.history"):
    """Bulk edits that can be taken back, the newest first."""


class BulkOperation(Answer, frozen=True):
    """One bulk edit of the past."""

    number: int
    at: int
    words: str
    listings: int


class TemplateList(Call, frozen=True, tag="template.list"):
    """The shipping templates, by name."""


class TemplateView(Answer, frozen=True):
    """A shipping template.

    Attributes:
        shipping: Ways as in a listing file.
        used: Own listings that say the same now.
        outdated: Those that still say what it said before.
        number: The bulk edit that updated them, for ``listing.undo``; or 0.
    """

    name: str
    shipping: tuple[dict[str, Any], ...]
    used: int
    outdated: int
    number: int = 0


class TemplatePut(Call, frozen=True, tag="template.put"):
    """Keep a template; with ``update`` put it into the listings that said it before."""

    name: str
    shipping: tuple[dict[str, Any], ...]
    update: bool = False


class TemplateRemove(Call, frozen=True, tag="template.remove"):
    """Forget a template; listings keep what they say."""

    name: str


class DefaultsShow(Call, frozen=True, tag="defaults.show"):
    """What new listings start with."""


class DefaultsSet(Call, frozen=True, tag="defaults.set"):
    """Keep what new listings start with; all fields together."""

    defaults: dict[str, Any]


class DefaultsView(Answer, frozen=True):
    """What new listings start with.

    Attributes:
        defaults: As they were set: language, template, processing_time, ships_from,
            taxes, terms, refund_policy, deadlines.
        fields: The same as fields of a listing file, the template filled in.
    """

    defaults: dict[str, Any]
    fields: dict[str, Any]


CALLS: Final[Answers] = {
    ListingImport: ImportView,
    ListingImportStop: Done,
    ListingExport: Exported,
    ListingBulk: BulkView,
    ListingUndo: BulkView,
    ListingHistory: tuple[BulkOperation, ...],
    TemplateList: tuple[TemplateView, ...],
    TemplatePut: TemplateView,
    TemplateRemove: Done,
    DefaultsShow: DefaultsView,
    DefaultsSet: DefaultsView,
}
