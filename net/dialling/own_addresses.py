"""Where this machine can be reached: a wildcard means nothing to anybody else."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Final

import ifaddr

from net.dialling.addresses import Source, is_dialable, ordered
from net.rules import NetworkRules

WILDCARDS: Final = ("/ip4/0.0.0.0/", "/ip6/::/")


def machine_hosts() -> list[str]:
    """Every address of this machine, as the system says it now."""
    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    return [ip if isinstance(ip, str) else ip[0] for ip in found]


def spelt_out(
    listening: Iterable[str], hosts: Sequence[str], rules: NetworkRules
) -> list[str]:
    """The addresses listened on, wildcards replaced by ``hosts``, public ones first.

    What nobody else could dial is left out: loopback, link-local, reserved ranges.
    An address that was asked for stays, whatever it is.
    """
    found: list[str] = []
    for address in listening:
        wildcard = next((w for w in WILDCARDS if address.startswith(w)), None)
        if wildcard is None:
            found.append(address)
            continue
        kind, end = wildcard[1:4], address.removeprefix(wildcard)
        every = [f"/{kind}/{host}/{end}" for host in hosts if _is_of(kind, host)]
        found += [one for one in every if is_dialable(one, Source.USER, rules)]
    return list(ordered(dict.fromkeys(found), None))


def _is_of(kind: str, host: str) -> bool:
    where = ip_address(host)
    return kind == f"ip{where.version}" and not where.is_loopback
