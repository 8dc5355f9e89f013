"""Runs the stories side by side; the first failure ends all of them."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bazaar.demo import cast, screenshots
from bazaar.demo.away_story import order_from_who_is_away
from bazaar.demo.dispute_story import lend, open_dispute, settle_dispute
from bazaar.demo.evidence_story import verify_elsewhere
from bazaar.demo.forgery import forge
from bazaar.demo.market import (
    Market,
    check_reach,
    draw,
    draw_evidence,
    introduce_buyer,
    offer_arbitration,
    open_shop,
    start,
)
from bazaar.demo.narrator import Story
from bazaar.demo.parcel_story import send_in_parcels
from bazaar.demo.silence_story import replace_the_arbiter
from bazaar.demo.trade_story import Bought, trade
from bazaar.rpc.schema.listings import CardView

THREADS: Final = 24
"""More than there are acts, since some of them wait for others."""

Act = Future[Any]


def perform(market: Market) -> None:
    """Tell everything up to the last signature. Raises DemoError, OSError or SubprocessError."""
    with _stage(market) as stage:
        drawn = {name: stage.draw(draw, market, name) for name in _shops(market)}
        evidence = stage.draw(draw_evidence, market)
        start(market)
        qt = stage.begin(screenshots.missing)
        stage.begin(introduce_buyer, market)
        ready = [evidence, *_arbiters(stage, market)]
        opened = {
            name: stage.begin(_open, market, name, drawn[name])
            for name in _shops(market)
        }
        lent = stage.begin(_lend, market, [*ready, opened[cast.TEAPOT_ORDER.shop]])
        stage.begin(_silence, market, lent)
        case = stage.begin(_dispute, market, lent)
        lamp = stage.begin(_buy, market, [*ready, opened[cast.LAMP_ORDER.shop]])
        reach = stage.begin(_reach, market, opened.values())
        stage.begin(_forge, market, case)
        settled = stage.begin(_settle, market, case)
        shop = cast.PARCEL_ORDERS[0].shop
        stage.begin(_parcels, market, [*ready, opened[shop]])
        stage.begin(_away, market, [*ready, opened[cast.SEED_ORDER.shop], reach])
        stage.begin(_verify, market, case, settled)
        stage.begin(_take_pictures, market, qt, (lamp, case, settled))
        stage.join()


class _Stage:
    """Acts in threads of their own; drawings one after the other, so that one is early."""

    def __init__(self, pool: ThreadPoolExecutor, easel: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._easel = easel
        self._acts: list[Act] = []

    def draw(self, act: Callable[..., Any], *given: Any) -> Act:
        """Run ``act`` after the drawings that began before."""
        return self._easel.submit(act, *given)

    def begin(self, act: Callable[..., Any], *given: Any) -> Act:
        """Run ``act`` beside the others."""
        future = self._pool.submit(act, *given)
        self._acts.append(future)
        return future

    def join(self) -> None:
        """Wait for all; raises what the first one raised that failed."""
        _after(wait(self._acts, return_when=FIRST_EXCEPTION).done)


@contextmanager
def _stage(market: Market) -> Generator[_Stage]:
    """A stage whose acts end soon when one fails: without nodes nobody waits any longer."""
    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(1) as easel:
        try:
            yield _Stage(pool, easel)
        except BaseException:
            for threads in (easel, pool):
                threads.shutdown(wait=False, cancel_futures=True)
            for person in market.people:
                person.end()
            raise


def _after(acts: Iterable[Act]) -> None:
    for act in acts:
        act.result()


def _shops(market: Market) -> list[str]:
    """The shops in which the stories begin come first."""
    first = (cast.TEAPOT_ORDER.shop, cast.LAMP_ORDER.shop)
    return [*first, *(name for name in market.shops if name not in first)]


def _arbiters(stage: _Stage, market: Market) -> list[Act]:
    seats = (
        (market.arbiter, cast.ARBITER),
        (market.backup, cast.BACKUP_ARBITER),
        (market.frail, cast.FRAIL_ARBITER),
    )
    return [
        stage.begin(offer_arbitration, market, person, who) for person, who in seats
    ]


def _open(market: Market, name: str, drawn: Future[Path]) -> None:
    open_shop(market, name, drawn.result())


def _buy(market: Market, before: Iterable[Act]) -> Bought:
    _after(before)
    return trade(market)


def _lend(market: Market, before: Iterable[Act]) -> CardView:
    _after(before)
    return lend(market)


def _dispute(market: Market, lent: Future[CardView]) -> str:
    return open_dispute(market, lent.result())


def _reach(market: Market, before: Iterable[Act]) -> None:
    _after(before)
    check_reach(market)


def _forge(market: Market, case: Future[str]) -> None:
    forge(market, case.result())


def _settle(market: Market, case: Future[str]) -> None:
    settle_dispute(market, case.result())


def _silence(market: Market, lent: Future[CardView]) -> None:
    replace_the_arbiter(market, lent.result())


def _parcels(market: Market, before: Iterable[Act]) -> None:
    _after(before)
    send_in_parcels(market)


def _away(market: Market, before: Iterable[Act]) -> None:
    _after(before)
    order_from_who_is_away(market)


def _verify(market: Market, case: Future[str], settled: Future[None]) -> None:
    settled.result()
    verify_elsewhere(market, case.result())


def _take_pictures(
    market: Market,
    qt: Future[str],
    seen: tuple[Future[Bought], Future[str], Future[None]],
) -> None:
    if words := qt.result():
        market.tell(Story.MARKET, words)
        return
    lamp, case, settled = seen
    market.pictures.mkdir()
    screenshots.take(
        market, screenshots.while_trading(market, lamp.result(), case.result())
    )
    settled.result()
    screenshots.take(market, screenshots.at_the_end(market, case.result()))
    count = len(list(market.pictures.glob("*.png")))
    market.tell(Story.MARKET, f"{count} pictures of the app lie in {market.pictures}")
