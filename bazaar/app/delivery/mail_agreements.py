"""The recipient's side of agreements, as the book holds them: hosts wished for, hosts agreed with."""

from collections.abc import Sequence
from typing import Final

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.delivery.mail import MAX_MAILBOXES
from bazaar.domain.errors import InputError
from bazaar.domain.exchange.mail import MailKept
from bazaar.domain.keys.peer_ids import key_of

MAILBOXES: Final = "user:mailboxes"
AGREED_HOSTS: Final = "mail:hosts"
KEY_BYTES: Final = 32


def parsed_mailboxes(text: str, me: bytes) -> tuple[bytes, ...]:
    """Keys of the hosts named in ``PEER,PEER``; none for an empty text. Raises InputError."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    keys = tuple(key_of(word) for word in words)
    if len(keys) > MAX_MAILBOXES:
        raise InputError("mailboxes", f"name at most {MAX_MAILBOXES}")
    if len(set(keys)) != len(keys):
        raise InputError("mailboxes", "names one peer twice")
    if me in keys:
        raise InputError("mailboxes", "your own node cannot keep your mail")
    return keys


def wished(unit: Unit) -> tuple[bytes, ...]:
    """Hosts that the user chose, in that order."""
    return _keys(unit.setting(MAILBOXES))


def set_wished(unit: Unit, keys: Sequence[bytes]) -> None:
    """Choose other hosts."""
    unit.set_setting(MAILBOXES, b"".join(keys))


def agreed(unit: Unit, now: int) -> dict[bytes, int]:
    """Every host whose agreement has not ended, and when it will."""
    hosts = _keys(unit.setting(AGREED_HOSTS))
    ends = {host: _kept(unit, host) for host in hosts}
    return {host: until for host, until in ends.items() if until > now}


def serving(unit: Unit, now: int) -> tuple[bytes, ...]:
    """What the Contact names: hosts chosen and agreed with."""
    live = agreed(unit, now)
    return tuple(host for host in wished(unit) if host in live)


def note_agreed(unit: Unit, host: bytes, kept: MailKept) -> None:
    """Keep the host's signed half."""
    hosts = _keys(unit.setting(AGREED_HOSTS))
    if host not in hosts:
        unit.set_setting(AGREED_HOSTS, b"".join((*hosts, host)))
    unit.set_setting(_name(host), msgspec.msgpack.encode(kept))


def _kept(unit: Unit, host: bytes) -> int:
    held = unit.setting(_name(host))
    return 0 if held is None else msgspec.msgpack.decode(held, type=MailKept).until


def _name(host: bytes) -> str:
    return f"mailbox:{host.hex()}"


def _keys(joined: bytes | None) -> tuple[bytes, ...]:
    data = joined or b""
    return tuple(data[i : i + KEY_BYTES] for i in range(0, len(data), KEY_BYTES))
