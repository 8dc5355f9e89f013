"""How long each call may take; the client waits a little longer than the node."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import ChatFile, ChatSend
from bazaar.rpc.schema.disputes import OrderDispute, OrderEvidence, OrderFile
from bazaar.rpc.schema.files import OrderSave
from bazaar.rpc.schema.links import LinkOpen
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.merchant import (
    ListingBulk,
    ListingExport,
    ListingImport,
    ListingUndo,
    TemplatePut,
)
from bazaar.rpc.schema.moves import OrderDeliver
from bazaar.rpc.schema.node import Connect
from bazaar.rpc.schema.orders import OrderWait
from bazaar.rpc.schema.papers import OrderExport
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.profile import ProfileShow
from bazaar.rpc.schema.ratings import Ratings
from bazaar.rpc.schema.search import Picture, SearchAsk, Store

CALL_SECONDS: Final = 30.0
PEER_SECONDS: Final = 60.0
FILES_SECONDS: Final = 300.0
IMPORT_SECONDS: Final = 2 * 3600.0
GOODS_SECONDS: Final = 1800.0
MAX_WAIT_SECONDS: Final = 30 * 86_400.0
MARGIN_SECONDS: Final = 5.0

_SECONDS: Final[Mapping[type[Call], float]] = MappingProxyType(
    {
        Connect: PEER_SECONDS,
        LinkOpen: PEER_SECONDS,
        SearchAsk: PEER_SECONDS,
        ProfileShow: PEER_SECONDS,
        ListingPublish: FILES_SECONDS,
        ListingImport: IMPORT_SECONDS,
        ListingExport: FILES_SECONDS,
        ListingBulk: FILES_SECONDS,
        ListingUndo: FILES_SECONDS,
        TemplatePut: FILES_SECONDS,
        OrderExport: FILES_SECONDS,
        ListingShow: PEER_SECONDS,
        Store: PEER_SECONDS,
        Picture: PEER_SECONDS,
        OrderPlace: PEER_SECONDS,
        OrderDeliver: GOODS_SECONDS,
        OrderSave: GOODS_SECONDS,
        OrderDispute: FILES_SECONDS,
        OrderEvidence: FILES_SECONDS,
        OrderFile: FILES_SECONDS,
        Ratings: PEER_SECONDS,
        ChatSend: FILES_SECONDS,
        ChatFile: FILES_SECONDS,
    }
)


def node_seconds(call: Call) -> float:
    """After how many seconds the node gives up on ``call``."""
    if isinstance(call, OrderWait):
        return min(max(call.timeout, 0.0), MAX_WAIT_SECONDS) + MARGIN_SECONDS
    return _SECONDS.get(type(call), CALL_SECONDS)


def client_seconds(call: Call) -> float:
    """After how many seconds a client gives up on the node."""
    return node_seconds(call) + MARGIN_SECONDS
