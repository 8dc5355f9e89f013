"""``chat PEER [TEXT]``: talk, or show the conversation; ``block`` and ``unblock``."""

import argparse

from bazaar.cli.arguments import whole_path
from bazaar.cli.failures import UsageError
from bazaar.cli.formats import counted, moment, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Parser
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.chat import (
    Blocked,
    BlockedView,
    BlockPeer,
    ChatAccept,
    ChatDelete,
    ChatHandOver,
    ChatLineView,
    ChatList,
    ChatRefuse,
    ChatSend,
    ChatSent,
    ChatShow,
    ChatSuggest,
    ChatView,
    ConversationView,
    Unblock,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    chat = commands.ask("chat", "talk; without TEXT: show; without PEER: all", _chat)
    chat.add_argument("peer", nargs="?", default="", metavar="PEER")
    chat.add_argument("text", nargs="?", default="", metavar="TEXT")
    chat.add_argument(
        "--order", metavar="ID", help="the room of an order instead of PEER"
    )
    chat.add_argument("--reply-to", default="", metavar="MESSAGE")
    chat.add_argument("--attach", action="append", default=[], metavar="FILE")
    chat.add_argument("--limit", type=int, default=50, metavar="N")
    _acts(chat)
    for name, text, run in (
        ("block", "refuse messages both ways, hide goods and reviews", _block),
        ("unblock", "take a block back", _unblock),
    ):
        commands.ask(name, text, run).add_argument("peer", metavar="PEER")
    commands.ask("blocked", "whom you blocked", _blocked)


def _acts(chat: Parser) -> None:
    acts = chat.add_mutually_exclusive_group()
    acts.add_argument("--accept", action="store_true", help="a stranger's request")
    acts.add_argument("--refuse", action="store_true", help="a stranger's request")
    acts.add_argument(
        "--delete", nargs="*", metavar="MESSAGE", help="here alone; none: all of it"
    )
    acts.add_argument(
        "--give",
        nargs="+",
        metavar="MESSAGE",
        help="earlier messages of an order to its arbiters",
    )


def suggest(args: argparse.Namespace, node: Client) -> Shown:
    """``case suggest``: a line that a party may make its proposal."""
    sent: ChatSent = node.call(
        ChatSuggest(
            order=args.id,
            buyer=args.buyer,
            seller=args.seller,
            part=args.part,
            text=args.text,
        )
    )
    return _sent(sent)


def _chat(args: argparse.Namespace, node: Client) -> Shown:
    peer, order, text = args.peer, args.order or "", args.text
    if order:
        peer, text = "", " ".join(word for word in (args.peer, args.text) if word)
    act = _act(args, peer, order)
    if act is not None:
        done: Done = node.call(act)
        return Shown(done, lambda page: page.line(done.words))
    if not peer and not order:
        return _list(node.call(ChatList()))
    if text or args.attach:
        files = tuple(map(whole_path, args.attach))
        return _sent(
            node.call(
                ChatSend(
                    peer=peer,
                    order=order,
                    text=text,
                    reply_to=args.reply_to,
                    files=files,
                )
            )
        )
    return _show(node, peer, order, args.limit)


def _act(
    args: argparse.Namespace, peer: str, order: str
) -> ChatAccept | ChatRefuse | ChatDelete | ChatHandOver | None:
    if args.accept:
        return ChatAccept(peer=peer)
    if args.refuse:
        return ChatRefuse(peer=peer)
    if args.delete is not None:
        return ChatDelete(peer=peer, order=order, messages=tuple(args.delete))
    if args.give and not order:
        raise UsageError("--give needs --order ID")
    return ChatHandOver(order=order, messages=tuple(args.give)) if args.give else None


def _sent(sent: ChatSent) -> Shown:
    words = f"message {short(sent.message_id)} is on its way"
    return Shown(sent, lambda page: page.line(words))


def _show(node: Client, peer: str, order: str, limit: int) -> Shown:
    view: ChatView = node.call(ChatShow(peer=peer, order=order, limit=limit, mark=True))
    return Shown(view.messages, lambda page: _page(page, view))


def _page(page: Page, view: ChatView) -> None:
    head = view.conversation
    page.line(f"{head.title}  {' '.join(head.fingerprint)}")
    if head.state == "request":
        page.line("a stranger's request: chat PEER --accept, or --refuse")
    if not view.messages:
        page.line("nothing was said yet")
    for one in view.messages:
        for words in _line(one):
            page.line(words)


def _line(one: ChatLineView) -> list[str]:
    found: list[str] = []
    if one.gap:
        found.append(f"... {counted(one.gap, 'message')} of {one.name} not here ...")
    who = "you" if one.own else f"{one.name} {one.role}".strip()
    state = f" ({one.state.replace('_', ' ')})" if one.own else ""
    found.append(f"{short(one.message_id)}  {moment(one.at)}  {who}{state}")
    found += [f"    {words}" for words in one.text.split("\n") if one.text]
    found += [
        f"    [file {file.hash[:12]}, {file.size} bytes]" for file in one.attachments
    ]
    return found


def _list(found: tuple[ConversationView, ...]) -> Shown:
    rows = [
        (
            one.title,
            "order " + short(one.order_id) if one.order_id else one.peer_id,
            str(one.unread or ""),
            "request" if one.state == "request" else "",
            moment(one.at),
            one.last,
        )
        for one in found
    ]
    heads = ("WHO", "ID", "NEW>", "", "WHEN", "LAST")
    return Shown(found, lambda page: page.table(heads, rows, "nobody has written yet"))


def _block(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(BlockPeer(peer=args.peer)))


def _unblock(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(Unblock(peer=args.peer)))


def _done(done: Done) -> Shown:
    return Shown(done, lambda page: page.line(done.words))


def _blocked(_: argparse.Namespace, node: Client) -> Shown:
    found: tuple[BlockedView, ...] = node.call(Blocked())
    rows = [(one.name, one.peer_id) for one in found]
    return Shown(found, lambda page: page.table(("NAME", "PEER"), rows, "nobody"))
