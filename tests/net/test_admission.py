"""Who may start a handshake, and who may stay."""

from functools import partial

import pytest

from net.counters import Counters
from net.dialling.admission import Admission, Handshake, group_of
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


def nothing() -> None:
    """Cut nobody."""


def enter(admission: Admission, group: str, now: float = 0.0) -> Handshake | None:
    return admission.enter(group, now, nothing)


def passes(admission: Admission, group: str, now: float) -> bool:
    """Whether a handshake that is over at once may begin."""
    handshake = enter(admission, group, now)
    if handshake is not None:
        admission.leave(handshake)
    return handshake is not None


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


def test_beyond_all_pending_handshakes_the_oldest_is_cut(public: Admission) -> None:
    cut: list[int] = []
    begun = [
        public.enter(f"group {n}", 0.0, partial(cut.append, n))
        for n in range(PENDING_HANDSHAKES)
    ]
    assert (public.pending(), cut) == (PENDING_HANDSHAKES, [])
    assert enter(public, "one more")
    assert (public.pending(), cut) == (PENDING_HANDSHAKES, [0])
    assert begun[0] is not None
    public.leave(begun[0])  # its own end comes later, and frees no second place
    assert public.pending() == PENDING_HANDSHAKES


def test_pending_handshakes_of_a_group(public: Admission) -> None:
    entered = [enter(public, "a") for _ in range(PENDING_HANDSHAKES_PER_GROUP + 1)]
    first, *_, last = entered
    assert None not in entered[:-1]
    assert last is None
    assert enter(public, "b")
    assert first is not None
    public.leave(first)
    assert enter(public, "a")


def test_accepts_of_a_group_per_second(public: Admission) -> None:
    burst = int(ACCEPTS_PER_GROUP_BURST)
    passed = [passes(public, "a", 0.0) for _ in range(burst + 1)]
    assert passed == [True] * burst + [False]
    assert not passes(public, "a", 0.4)
    assert passes(public, "a", 0.5)


def test_connections_of_a_group(public: Admission) -> None:
    for _ in range(MAX_CONNECTIONS_PER_GROUP):
        assert passes(public, "a", 1e6)
        assert public.opened("a", KEY)
    assert not passes(public, "a", 2e6)
    public.closed("a")
    assert passes(public, "a", 2e6)


def test_handshakes_under_way_count_as_connections_of_their_group(
    public: Admission,
) -> None:
    for _ in range(MAX_CONNECTIONS_PER_GROUP - 1):
        assert public.opened("a", KEY)
    assert enter(public, "a", 1e6)
    assert not passes(public, "a", 2e6)


def test_slots_are_kept_for_parties_of_open_trades(public: Admission) -> None:
    strangers = MAX_INBOUND_CONNECTIONS - RESERVED_CONNECTIONS
    opened = [public.opened(str(n), KEY) for n in range(strangers + 1)]
    assert opened == [True] * strangers + [False]
    public.reserved = frozenset({KEY})
    opened = [public.opened(f"r{n}", KEY) for n in range(RESERVED_CONNECTIONS + 1)]
    assert opened == [True] * RESERVED_CONNECTIONS + [False]
    assert public.inbound() == MAX_INBOUND_CONNECTIONS


def test_local_networks_have_no_caps_per_group(local: Admission) -> None:
    entered = [enter(local, "a") for _ in range(PENDING_HANDSHAKES + 1)]
    assert None not in entered
    assert local.pending() == PENDING_HANDSHAKES


def test_refusals_are_counted() -> None:
    counters = Counters()
    admission = Admission(PUBLIC_RULES, counters)
    for _ in range(PENDING_HANDSHAKES_PER_GROUP + 1):
        enter(admission, "a")
    assert counters.shown() == {"admission.pending_of_group_full": 1}
