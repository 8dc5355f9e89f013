"""Bytes of connections are counted, by peer and in sum, and stay in the sum."""

from net.limits import RATE_SECONDS, SAMPLE_SECONDS
from net.traffic import TrafficMeter
from tests.net.nodes import PUT, Pair, until

BODY = b"\x91\xc5\x75\x30" + b"x" * 30_000


async def test_what_one_sends_the_other_gets(pair: Pair) -> None:
    first, second = pair
    before = second.traffic()
    assert await first.request(second.host.key, PUT, BODY) == BODY
    after = second.traffic()
    assert after.came - before.came >= len(BODY)
    assert after.went - before.went >= len(BODY)
    came, went = after.of[first.host.key]
    assert (came, went) == (after.came, after.went)
    told = first.traffic()
    assert told.of[second.host.key][1] >= len(BODY)


async def test_who_is_gone_stays_in_the_sum(pair: Pair) -> None:
    first, second = pair
    await first.request(second.host.key, PUT, BODY)
    await first.disconnect(second.host.key)
    await until(lambda: not second.peers())
    traffic = second.traffic()
    assert traffic.of == {}
    assert traffic.came >= len(BODY)


def test_a_rate_is_of_the_last_minute() -> None:
    meter = TrafficMeter()
    meter.sample(0.0)
    meter._all.add(600, 60)
    meter.sample(SAMPLE_SECONDS - 0.1)  # too soon to be remembered
    shown = meter.shown(10.0)
    assert (shown.came_rate, shown.went_rate) == (60.0, 6.0)
    later = meter.shown(10.0 + RATE_SECONDS + 1)
    assert (later.came, later.came_rate) == (600, 0.0)
