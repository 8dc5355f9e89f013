"""Who may start a handshake, and who may stay."""

import pytest

from net.admission import Admission, group_of
from net.counters import Counters
from net.limits import (
    ACCEPTS_PER_GROUP_BURST,
    MAX_CONNECTIONS_PER_GROUP,
    MAX_INBOUND_CONNECTIONS,
    PENDING_HANDSHAKES,
    PENDING_HANDSHAKES_PER_GROUP,
    RESERVED_CONNECTIONS,
)
from net.rules import LOCAL_RULES, PUBLIC_RULES

KEY = b"k" * 32


@pytest.fixture
def public() -> Admission:
    return Admission(PUBLIC_RULES, Counters())


@pytest.fixture
def local() -> Admission:
    return Admission(LOCAL_RULES, Counters())


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("8.8.8.8", "8.8.8.0/24"),
        ("2a00:1450:4001::1", "2a00:1450:4001::/48"),
        ("", "?"),
        ("example.com", "?"),
    ],
)
def test_groups(host: str, group: str) -> None:
    assert group_of(host) == group


def test_pending_handshakes_in_all(public: Admission) -> None:
    entered = [public.enter(f"group {n}", 0.0) for n in range(PENDING_HANDSHAKES + 1)]
    assert entered == [True] * PENDING_HANDSHAKES + [False]
    public.leave("group 0")
    assert public.enter("group 99", 0.0)


def test_pending_handshakes_of_a_group(public: Admission) -> None:
    entered = [public.enter("a", 0.0) for _ in range(PENDING_HANDSHAKES_PER_GROUP + 1)]
    assert entered == [True] * PENDING_HANDSHAKES_PER_GROUP + [False]
    assert public.enter("b", 0.0)
    public.leave("a")
    assert public.enter("a", 0.0)


def test_accepts_of_a_group_per_second(public: Admission) -> None:
    def enter_and_leave(now: float) -> bool:
        entered = public.enter("a", now)
        if entered:
            public.leave("a")
        return entered

    burst = int(ACCEPTS_PER_GROUP_BURST)
    assert [enter_and_leave(0.0) for _ in range(burst + 1)] == [True] * burst + [False]
    assert not enter_and_leave(0.4)
    assert enter_and_leave(0.5)


def test_connections_of_a_group(public: Admission) -> None:
    for _ in range(MAX_CONNECTIONS_PER_GROUP):
        assert public.enter("a", 1e6)
        public.leave("a")
        assert public.opened("a", KEY)
    assert not public.enter("a", 2e6)
    public.closed("a")
    assert public.enter("a", 2e6)


def test_slots_are_kept_for_parties_of_open_trades(public: Admission) -> None:
    strangers = MAX_INBOUND_CONNECTIONS - RESERVED_CONNECTIONS
    opened = [public.opened(str(n), KEY) for n in range(strangers + 1)]
    assert opened == [True] * strangers + [False]
    public.reserved = frozenset({KEY})
    opened = [public.opened(f"r{n}", KEY) for n in range(RESERVED_CONNECTIONS + 1)]
    assert opened == [True] * RESERVED_CONNECTIONS + [False]
    assert public.inbound() == MAX_INBOUND_CONNECTIONS


def test_local_networks_have_no_caps_per_group(local: Admission) -> None:
    entered = [local.enter("a", 0.0) for _ in range(PENDING_HANDSHAKES + 1)]
    assert entered == [True] * PENDING_HANDSHAKES + [False]
    assert local.pending() == PENDING_HANDSHAKES


def test_refusals_are_counted() -> None:
    counters = Counters()
    admission = Admission(PUBLIC_RULES, counters)
    for _ in range(PENDING_HANDSHAKES_PER_GROUP + 1):
        admission.enter("a", 0.0)
    assert counters.shown() == {"admission.pending_of_group_full": 1}
