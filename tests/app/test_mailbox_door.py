"""The local door of mailboxes: volunteers are found, chosen, agreed with and left."""

from typing import Any

import pytest

from bazaar.app.delivery import mail_agreements as agreements
from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.stores.signposts import MAILBOX
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.mailboxes import (
    MailboxChoose,
    MailboxFind,
    MailboxLeave,
    MailboxList,
)
from bazaar.rpc.schema.profile import ProfileSet
from tests.app.town import Person, Town, until


async def ask(person: Person, call: Call) -> Any:
    return await Dispatcher(person.node, Changes(), lambda: None)(call)


async def test_a_volunteer_is_found_chosen_and_agrees(town: Town) -> None:
    anna, host = await town.settle_in("anna"), await town.settle_in("host")
    assert await ask(anna, MailboxFind()) == ()
    await ask(host, ProfileSet(values={"serves_mail": "yes"}))
    await host.node.context.directory.provide(MAILBOX)
    (found,) = await ask(anna, MailboxFind())
    assert (found.peer_id, found.chosen) == (peer_id(host.key), False)
    await ask(anna, MailboxChoose(peer=found.peer_id))

    def agreed() -> bool:
        with anna.node.context.book.unit() as unit:
            return host.key in agreements.agreed(unit, anna.node.context.now())

    await until(agreed)
    (one,) = (await ask(anna, MailboxList())).mailboxes
    assert (one.name, one.connected) == ("host", True)
    assert one.until > anna.node.context.now()
    (found,) = await ask(anna, MailboxFind())
    assert found.chosen
    with pytest.raises(InputError, match="already"):
        await ask(anna, MailboxChoose(peer=found.peer_id))
    assert (await ask(anna, MailboxLeave(peer=found.peer_id))).mailboxes == ()
    with pytest.raises(InputError, match="none of your"):
        await ask(anna, MailboxLeave(peer=found.peer_id))


async def test_the_own_node_is_no_volunteer_and_no_mailbox(town: Town) -> None:
    anna = await town.settle_in("anna")
    await anna.node.context.directory.provide(MAILBOX)
    assert await ask(anna, MailboxFind()) == ()
    with pytest.raises(InputError, match="own node"):
        await ask(anna, MailboxChoose(peer=peer_id(anna.key)))


async def test_what_the_node_does_for_others_is_told(town: Town) -> None:
    anna = await town.settle_in("anna")
    before = await ask(anna, MailboxList())
    assert not before.serves_mail
    await ask(anna, ProfileSet(values={"serves_mail": "yes", "serves_search": "no"}))
    after = await ask(anna, MailboxList())
    assert (after.serves_mail, after.serves_search) == (True, False)
