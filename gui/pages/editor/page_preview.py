"""The page of a draft as buyers will see it, in a window of its own."""

from msgspec.structs import replace
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

from bazaar.rpc.schema.listings import ImageView, ListingView
from gui.models.pictures import Wanted
from gui.pages.editor.draft import Draft
from gui.pages.editor.photos import own_picture
from gui.pages.listing.view import ListingPage
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import column
from gui.widgets.picture_box import LARGE_PX, SMALL_PX

SIZE = QSize(1100, 720)


class PagePreview(QDialog):
    """A listing's page that nobody can buy from."""

    def __init__(self, editor: Page, view: ListingView) -> None:
        super().__init__(editor)
        self.setWindowTitle(tr("editor.page_title"))
        self.page = ListingPage(editor.shell)
        self.page.preview(view)
        self.setLayout(column(self.page, gap=0))
        self.resize(SIZE)


def with_pictures(
    view: ListingView, draft: Draft, published: dict[str, Wanted], shell: Shell
) -> ListingView:
    """Return ``view`` with the draft's own pictures in place of those not yet cleaned."""
    images: list[ImageView] = []
    for path in draft.pictures:
        touch = draft.touches.get(path)
        known = published.get(path)
        name = known.id if known else path
        if known is None:
            for side in (LARGE_PX, SMALL_PX):
                wanted = Wanted(path, view.card.seller, side)
                shell.pictures.put(
                    wanted,
                    lambda path=path, side=side: own_picture(path, QSize(side, side)),
                )
        caption = touch.caption if touch else ""
        images.append(ImageView(id=name, width=4, height=3, caption=caption))
    return replace(view, images=tuple(images), own=False)
