"""One transaction of the book with all its rooms."""

from store.book.accounts import AccountsRoom
from store.book.chats import ChatsRoom
from store.book.mail import MailRoom
from store.book.notices import NoticesRoom
from store.book.outbox import OutboxRoom
from store.book.people import PeopleRoom
from store.book.records import RecordsRoom
from store.book.settings import SettingsRoom
from store.book.stock import StockRoom
from store.book.trades import TradesRoom


class SqlUnit(
    SettingsRoom,
    TradesRoom,
    OutboxRoom,
    MailRoom,
    AccountsRoom,
    RecordsRoom,
    StockRoom,
    PeopleRoom,
    NoticesRoom,
    ChatsRoom,
):
    """Fits ``bazaar.app.ports.Unit``; each room holds one noun's tables and calls."""
