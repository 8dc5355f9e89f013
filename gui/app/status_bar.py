"""The line at the foot of the window: connection, freshness, jobs, balance; in words."""

from collections.abc import Callable

from bazaar.rpc.schema.accounts import AccountView
from bazaar.rpc.schema.node import StatusView
from gui.pages.accounts.presenter import sums
from gui.texts import tr, tr_or
from gui.texts.shown import ago, key_of, money
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Surface, row
from gui.widgets.button import Button

LOOKS = {
    "reachable": ("circle-check", "ok"),
    "relayed": ("link", "waiting"),
    "outbound_only": ("link", "waiting"),
    "local": ("house", "waiting"),
    "offline": ("wifi-off", "error"),
}


class StatusBar(Surface):
    """Press it to see more."""

    def __init__(
        self, more: Callable[[], object], wallet: Callable[[], object]
    ) -> None:
        self._glyph = Glyph("loader", "muted", 14)
        self._words = Button(tr("status.starting"), more, "quiet")
        self._balance = Button("", wallet, "quiet")
        for button in (self._words, self._balance):
            button.setProperty("kind", "status")
        self._balance.hide()
        super().__init__(
            row(self._glyph, self._words, None, self._balance, gap=4), "foot", 4
        )
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(14, 2, 14, 2)

    def show_status(self, status: StatusView | None, now: int) -> None:
        """Show the node's health; None while there is no node."""
        if status is None:
            self._glyph.set_glyph("loader", "muted")
            self._say(tr("status.starting"))
            return
        glyph, ink = LOOKS.get(key_of(status.reachability), ("loader", "muted"))
        self._glyph.set_glyph(glyph, ink)
        parts = [
            tr("status.peers", n=status.peers),
            tr_or(f"status.{key_of(status.reachability)}", status.reachability),
        ]
        if status.synced:
            parts.append(tr("status.synced", ago=ago(status.synced, now)))
        if status.outbox:
            parts.append(tr("side.jobs", n=status.outbox))
        self._say(" · ".join(parts))

    def show_accounts(self, accounts: tuple[AccountView, ...]) -> None:
        """Show what is owed both ways."""
        self._balance.setVisible(bool(accounts))
        if accounts:
            owed, owing, _ = (amount for _, amount in sums(accounts))
            words = tr("status.balance", owed=money(owed), owing=money(owing))
            self._balance.setText(words)

    def _say(self, words: str) -> None:
        self._words.setText(words)
