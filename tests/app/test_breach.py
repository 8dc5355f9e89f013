"""Who does not apply an outcome for 72 h gets no new credit, until he does."""

import pytest

from bazaar.app.credit.account_book import Account
from bazaar.app.credit.accounts import Verdict
from bazaar.app.credit.breach import PATIENCE_SECONDS
from bazaar.app.ports import Unit
from bazaar.domain.credit.account import AccountPropose, AddHold, ApplyOutcome, Hold
from bazaar.domain.errors import RefusedError
from bazaar.domain.wire.envelope import Signed
from bazaar.rpc.views.breaches import breach_words
from tests.app.town import TOTAL, Cast
from tests.fakes import until


def no_outcomes(
    _unit: Unit, _account: Account, said: Signed[AccountPropose]
) -> Verdict:
    """A buyer whose program never pays."""
    pays = any(isinstance(one, ApplyOutcome) for one in said.body.operations)
    return Verdict.REJECT if pays else Verdict.ACCEPT


async def test_an_account_freezes_after_72_hours_and_thaws_when_it_is_paid(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    seller, buyer = cast.seller, cast.buyer
    judge = buyer.node.accounts.judge
    buyer.node.accounts.judge = no_outcomes
    buyer.node.conduct._steps = dict.fromkeys(buyer.node.conduct._steps, ())
    buyer.confirm(trade_id)
    await until(lambda: seller.state(trade_id) == "payable")
    await cast.town.quiet()

    def words() -> str:
        with seller.book.unit() as unit:
            account = seller.node.accounts.load(unit, buyer.key, "EUR")
            broken = seller.node.accounts.broken(unit, account)
        return breach_words("Bea", account, broken)

    patience = cast.town.network.scaled(PATIENCE_SECONDS)
    cast.town.wall.time += patience - 1
    assert words() == ""
    cast.town.wall.time += 1
    assert "Bea has not signed" in words()
    assert "30.15 EUR" in words()
    assert TOTAL == 3015
    hold = Hold(0, 1, bytes(32), 0, 0, 1)
    with seller.book.unit() as unit:
        account = seller.node.accounts.load(unit, buyer.key, "EUR")
        with pytest.raises(RefusedError, match="frozen"):
            seller.node.accounts.propose(unit, account, [AddHold(hold)])
    buyer.node.accounts.judge = judge
    cast.town.pass_time(3_700)
    await until(lambda: words() == "")
    assert seller.is_owed(buyer) == TOTAL
