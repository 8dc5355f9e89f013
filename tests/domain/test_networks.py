"""Networks: names, ids and how local ones shorten deadlines."""

import hashlib

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.wire.networks import DAY, MAX_SCALE, network


def test_an_id_is_that_of_the_name() -> None:
    assert network("main").id == hashlib.sha256(b"bazaar network\0main").digest()
    names = ("main", "test", "local:a", "local:a/1", "local:a/2", "local:b")
    assert len({network(name).id for name in names}) == len(names)


def test_only_local_networks_are_faster() -> None:
    assert (network("main").scale, network("test").scale, network("local:a").scale) == (
        1,
        1,
        1,
    )
    fast = network("local:a/7")
    assert (fast.scale, fast.scaled(DAY), fast.grace) == (7, DAY // 7, DAY // 7)
    assert network(f"local:a/{MAX_SCALE}").grace == 10


def test_what_a_network_is() -> None:
    assert [network(name).is_local for name in ("main", "test", "local:a")] == [
        False,
        False,
        True,
    ]
    assert [network(name).is_test for name in ("main", "test", "local:a")] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("name", ["local:" + "a" * 32, "local:0-9"])
def test_names_at_their_limits(name: str) -> None:
    assert network(name).name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Main",
        "main ",
        "local:",
        "local:A",
        "local:" + "a" * 33,
        "local:a/0",
        "local:a/01",
        "local:a/",
        "test/2",
    ],
)
def test_names_beyond(name: str) -> None:
    with pytest.raises(InputError, match="network: must be"):
        network(name)


def test_a_scale_beyond() -> None:
    with pytest.raises(InputError, match="at most 8640"):
        network("local:a/8641")
