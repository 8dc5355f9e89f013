"""What the use cases need of the outside world; adapters fit these shapes without inheriting."""

from bazaar.app.ports.book import Book, BookError, Unit
from bazaar.app.ports.catalogue import (
    Catalogue,
    CatalogueError,
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

__all__ = [
    "AccountRow",
    "Agreement",
    "Blobs",
    "Book",
    "BookError",
    "Catalogue",
    "CatalogueError",
    "Cleaned",
    "Clock",
    "Connected",
    "Deposit",
    "Directory",
    "Exchange",
    "Found",
    "Gossip",
    "Handler",
    "HeadSeen",
    "MailError",
    "MailStore",
    "MessageRow",
    "OutboxRow",
    "PartnerRow",
    "PeerRow",
    "Pictures",
    "PrekeyRow",
    "RecordRow",
    "Request",
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
