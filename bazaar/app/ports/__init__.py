"""What the use cases need of the outside world; adapters fit these shapes without inheriting."""

from bazaar.app.ports.book import Book, BookError, Unit
from bazaar.app.ports.catalogue import (
    Catalogue,
    CatalogueError,
    FacetCount,
    FacetPage,
    Found,
    SearchPage,
    SearchQuery,
    StoreRow,
)
from bazaar.app.ports.clock import Clock
from bazaar.app.ports.content import Blobs, Cleaned, Pictures
from bazaar.app.ports.mail import Agreement, Deposit, MailError, MailStore
from bazaar.app.ports.network import (
    Connected,
    Directory,
    Exchange,
    Gossip,
    Handler,
    HeadSeen,
    Request,
    Screen,
    Started,
)
from bazaar.app.ports.rows import (
    AccountRow,
    MessageRow,
    OutboxRow,
    PartnerRow,
    PeerRow,
    PrekeyRow,
    RecordRow,
    SlotRow,
    StockRow,
    TradeRow,
)
from bazaar.app.ports.talk import ChatRow, NoticeRow, RoomRow

__all__ = [
    "AccountRow",
    "Agreement",
    "Blobs",
    "Book",
    "BookError",
    "Catalogue",
    "CatalogueError",
    "ChatRow",
    "Cleaned",
    "Clock",
    "Connected",
    "Deposit",
    "Directory",
    "Exchange",
    "FacetCount",
    "FacetPage",
    "Found",
    "Gossip",
    "Handler",
    "HeadSeen",
    "MailError",
    "MailStore",
    "MessageRow",
    "NoticeRow",
    "OutboxRow",
    "PartnerRow",
    "PeerRow",
    "Pictures",
    "PrekeyRow",
    "RecordRow",
    "Request",
    "RoomRow",
    "Screen",
    "SearchPage",
    "SearchQuery",
    "SlotRow",
    "Started",
    "StockRow",
    "StoreRow",
    "TradeRow",
    "Unit",
]
