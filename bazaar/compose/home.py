"""Makes and checks a home: keys, book and first profile, without any network."""

import time
from pathlib import Path

from bazaar.app.recovery import resync_mode
from bazaar.app.setup import draw, put_first_profile, sealed_keys
from bazaar.config import Config, Made, NewIdentity
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.keystore import keystore_header, open_keystore
from bazaar.domain.wire.networks import network
from store.book.book import open_book
from store.errors import HomeInUseError
from store.home import keystore_path, open_home
from store.vault import read_vault, write_vault


class SystemClock:
    """The machine's clocks."""

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(time.time())

    def steady(self) -> float:
        """Seconds since the machine was started, its sleep included where it can tell."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()


def create(new: NewIdentity) -> Made:
    """Make the home of an identity. Raises InputError or StoreError; the keys come last.

    A home that already has keys is refused and left as it is.
    """
    on = network(new.network)
    born = draw(new.phrase)
    with open_home(new.home) as home:
        if read_vault(home.keystore) is not None:
            raise InputError("home", f"an identity lives in {new.home} already")
        now = SystemClock().now()
        with open_book(home.book, unclean=home.unclean) as book, book.unit() as unit:
            if not born.is_new:
                resync_mode.enter(unit, now)
            put_first_profile(unit, born.identity, on, new.name, now)
        write_vault(home.keystore, sealed_keys(born.identity, on, new.passphrase, now))
    return Made(born.identity.peer_id, born.identity.phrase if born.is_new else None)


def unlock(folder: Path, passphrase: str) -> Identity:
    """The identity of a home. Raises InputError for a wrong passphrase or no keys."""
    sealed = read_vault(keystore_path(folder))
    if sealed is None:
        raise InputError("home", f"nobody lives in {folder}; make an identity first")
    return Identity(open_keystore(sealed, passphrase).entropy)


def checks(config: Config) -> list[tuple[str, bool, str]]:
    """What ``doctor`` finds about keys and book: (name, whether it is well, words)."""
    return [_keys(config), _book(config)]


def _keys(config: Config) -> tuple[str, bool, str]:
    try:
        sealed = read_vault(keystore_path(config.home))
        if sealed is None:
            return "keys", False, "there are none; run bazaar init"
        cost = keystore_header(sealed).cost
    except (BazaarError, OSError, ValueError) as error:
        return "keys", False, str(error)
    return "keys", True, f"sealed with {cost.memory_kib // 1024} MiB of work"


def _book(config: Config) -> tuple[str, bool, str]:
    try:
        with (
            open_home(config.home) as home,
            open_book(home.book, unclean=True) as book,
            book.unit() as unit,
        ):
            owed = unit.undelivered()
    except HomeInUseError:
        return "book", True, "in use by the running node"
    except (BazaarError, OSError) as error:
        return "book", False, str(error)
    return "book", True, f"whole; {owed} messages wait to be delivered"
