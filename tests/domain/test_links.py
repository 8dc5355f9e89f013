"""Links into the market: written, read, and refused when they are none."""

import pytest
from nacl.signing import SigningKey

from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.stores.links import (
    MAX_ADDRESSES,
    MAX_LINK,
    Link,
    LinkKind,
    read,
    written,
)

PEER = peer_id(bytes(SigningKey(b"\x07" * 32).verify_key))
ITEM = "ab" * 32
AT = f"/ip4/8.8.8.8/tcp/4001/p2p/{PEER}"
LINKS = [
    Link(LinkKind.JOIN, network="test", addresses=(AT,)),
    Link(LinkKind.STORE, PEER, network="main", addresses=(AT, AT)),
    Link(LinkKind.LISTING, PEER, ITEM),
    Link(LinkKind.ARBITER, PEER),
    Link(LinkKind.ORDER, item=ITEM),
    Link(LinkKind.SEARCH, words="grüne Lampe & mehr?", category="home"),
]


@pytest.mark.parametrize("link", LINKS)
def test_what_is_written_is_read(link: Link) -> None:
    text = written(link)
    assert text.startswith("bazaar:")
    assert read(text) == link
    assert read(f"  {text.replace('bazaar:', 'bazaar://', 1)}\n") == link
    assert read(text.replace("bazaar:", "BAZAAR:", 1)) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bazaar:",
        "https://store/x",
        "bazaar:shop/x",
        "bazaar:store",
        "bazaar:store/nobody",
        f"bazaar:store/{PEER}/more",
        f"bazaar:listing/{PEER}",
        f"bazaar:listing/{PEER}/{ITEM}0",
        f"bazaar:listing/{PEER}/{'zz' * 32}",
        "bazaar:join/x",
        "bazaar://[::1",
        "bazaar:search?" + "&".join(f"at=/{n}" for n in range(100)),
    ],
)
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


def test_length_at_the_limit_and_beyond() -> None:
    start = "bazaar:search?words="
    assert read(start + "a" * (MAX_LINK - len(start))).kind is LinkKind.SEARCH
    with pytest.raises(InputError):
        read(start + "a" * (MAX_LINK - len(start) + 1))


def test_addresses_at_the_limit_and_beyond() -> None:
    many = tuple(f"{AT}{number}" for number in range(MAX_ADDRESSES + 1))
    text = written(Link(LinkKind.JOIN, addresses=many))
    assert read(text).addresses == many[:MAX_ADDRESSES]
    assert read(f"{text}&at={AT}").addresses == many[:MAX_ADDRESSES]
    long = tuple(f"/dns4/{'a' * 250}/tcp/{4000 + n}" for n in range(MAX_ADDRESSES))
    assert len(written(Link(LinkKind.JOIN, addresses=long))) <= MAX_LINK


def test_only_addresses_are_addresses() -> None:
    assert read("bazaar:join?at=nothing&at=/ip4/1.2.3.4").addresses == ("/ip4/1.2.3.4",)
