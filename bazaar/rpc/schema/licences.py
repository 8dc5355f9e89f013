"""Licence codes of own listings."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done


class LicenceList(Call, frozen=True, tag="licence.list"):
    """The lists of codes, by listing."""


class LicenceView(Answer, frozen=True):
    """One list of codes; the codes themselves stay in the book.

    Attributes:
        sku: The word of the SKU that it is of; empty: of all that have no list of their own.
        left: Codes that wait to be sold.
        doubtful: Codes may have been sold after the backup that was restored; nothing of
            it is delivered until the list is given anew.
        added, known: What the last ``licence.put`` brought, and what of it was there before.
    """

    slug: str
    sku: str
    title: str
    left: int
    sold: int
    doubtful: bool = False
    added: int = 0
    known: int = 0


class LicencePut(Call, frozen=True, tag="licence.put"):
    """Put codes into the list of a listing; its stock grows by as many.

    Attributes:
        codes: One each; those known or sold before are left out.
        replace: These are all that wait to be sold.
    """

    slug: str
    codes: tuple[str, ...]
    sku: str = ""
    replace: bool = False


class LicenceDrop(Call, frozen=True, tag="licence.drop"):
    """Forget the list of a listing; its orders are delivered by hand again."""

    slug: str
    sku: str = ""


CALLS: Final[Answers] = {
    LicenceList: tuple[LicenceView, ...],
    LicencePut: LicenceView,
    LicenceDrop: Done,
}
