"""Puts a listing on the list of wishes or takes it off, and says so."""

from collections.abc import Callable

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.people import WishAdd, WishRemove
from gui.pages.page import Shell
from gui.texts import tr


def turn(shell: Shell, card: CardView, done: Callable[[], object]) -> None:
    """Do the other than what is; ``done`` reads again what is shown."""

    def put(*, wished: bool) -> None:
        listing = card.listing_id
        call = WishAdd(listing=listing) if wished else WishRemove(listing=listing)
        shell.door.call(call, lambda _: told(wished=wished), failed)

    def told(*, wished: bool) -> None:
        words = tr("wish.added" if wished else "wish.removed")
        shell.note_undo(words, lambda: put(wished=not wished))
        done()

    def failed(problem: Problem) -> None:
        shell.note(problem.words, "error")

    put(wished=not card.wished)
