"""Which pages there are; each is built when it is first visited."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gui.pages.accounts.view import AccountsPage
from gui.pages.arbiter.view import ArbiterPage
from gui.pages.browse.view import BrowsePage
from gui.pages.cart.view import CartPage
from gui.pages.checkout.view import CheckoutPage
from gui.pages.editor.view import EditorPage
from gui.pages.listing.view import ListingPage
from gui.pages.manage.view import ManagePage
from gui.pages.messages.view import MessagesPage
from gui.pages.moving.view import MovingPage
from gui.pages.network.view import NetworkPage
from gui.pages.notices.view import NoticesPage
from gui.pages.order.view import OrderPage
from gui.pages.orders.view import OrdersPage
from gui.pages.page import Page, Shell
from gui.pages.profile.view import ProfilePage
from gui.pages.settings.view import SettingsPage
from gui.pages.shop.view import ShopPage
from gui.pages.store.view import StorePage
from gui.pages.templates.view import TemplatesPage
from gui.pages.wishes.view import WishesPage

ROOMS: Final[Mapping[str, Callable[[Shell], Page]]] = MappingProxyType(
    {
        "browse": BrowsePage,
        "listing": ListingPage,
        "cart": CartPage,
        "wishes": WishesPage,
        "profile": ProfilePage,
        "checkout": CheckoutPage,
        "orders": OrdersPage,
        "order": OrderPage,
        "shop": ShopPage,
        "store": StorePage,
        "editor": EditorPage,
        "manage": ManagePage,
        "moving": MovingPage,
        "templates": TemplatesPage,
        "accounts": AccountsPage,
        "arbiter": ArbiterPage,
        "messages": MessagesPage,
        "notices": NoticesPage,
        "network": NetworkPage,
        "settings": SettingsPage,
    }
)
