"""One frozen Config: defaults, then HOME/config.toml, then environment, then flags."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from bazaar.domain.errors import InputError
from bazaar.domain.wire.networks import network as known_network

HOME_VARIABLE: Final = "BAZAAR_HOME"
UNLOCK_FILE_VARIABLE: Final = "BAZAAR_PASSPHRASE_FILE"
_FOLDER_NAME: Final = "p2p-bazaar"

LogLevel = Literal["debug", "info", "warning", "error"]


class FlagError(Exception):
    """A flag is wrong, or says otherwise than ``init`` fixed for this home."""


class Config(NamedTuple):
    """What a command works with; read once.

    Attributes:
        listen, bootstrap: Multiaddresses; empty lets the node choose.
        passphrase_file: Where the passphrase of the keys stands, or None to ask.
        made: Whether ``init`` has made this home.
        remote: The machine whose node this home is the door to; empty for a home with
            a node of its own.
    """

    home: Path
    network: str
    listen: tuple[str, ...] = ()
    bootstrap: tuple[str, ...] = ()
    mdns: bool = False
    passphrase_file: Path | None = None
    made: bool = False
    log_level: str = "warning"
    remote: str = ""
    reach_groups: int = 3
    relay_share: int = 100

    @property
    def is_local(self) -> bool:
        """Whether its network is one of this machine, with an empty passphrase."""
        return self.network.startswith("local:")


class Flags(NamedTuple):
    """What the command line says; None or empty says nothing."""

    home: str | None = None
    network: str | None = None
    listen: tuple[str, ...] = ()
    bootstrap: tuple[str, ...] = ()
    mdns: bool | None = None


class NodeOptions(NamedTuple):
    """What ``bazaar node`` runs with.

    Attributes:
        until_idle: Stop so many seconds after the last client has gone; None stays.
        log_level: debug, info, warning or error.
        reach_groups: So many other networks must have dialled the node before it says
            that it can be reached; a small market has fewer.
        relay_share: Per cent of a relay's limits, where the user agreed to be one.
    """

    home: Path
    network: str
    listen: tuple[str, ...]
    bootstrap: tuple[str, ...]
    mdns: bool
    passphrase: str
    until_idle: float | None = None
    log_level: str = "warning"
    reach_groups: int = 3
    relay_share: int = 100


class NewIdentity(NamedTuple):
    """What ``init`` makes an identity of; without ``phrase`` 24 new words are drawn."""

    home: Path
    network: str
    name: str
    phrase: str | None
    passphrase: str
    listen: tuple[str, ...]
    bootstrap: tuple[str, ...]


class Made(NamedTuple):
    """The identity that was made; ``phrase`` only when it is new."""

    peer_id: str
    phrase: str | None


class Restore(NamedTuple):
    """What a home is restored from: a backup, its 24 words, and a passphrase for the keys."""

    home: Path
    file: Path
    phrase: str
    passphrase: str


class Backup(NamedTuple):
    """What a backup says of itself.

    Attributes:
        made: When, Unix seconds.
        size: Bytes of all that it holds.
        files: Pictures, goods and evidence beside the book.
    """

    peer_id: str
    network: str
    made: int
    size: int
    files: int


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    network: str = "main"
    listen: tuple[str, ...] = ()
    bootstrap: tuple[str, ...] = ()
    mdns: bool = False
    log_level: LogLevel = "warning"
    remote: str = ""
    reach_groups: Annotated[int, Meta(ge=1, le=16)] = 3
    relay_share: Annotated[int, Meta(ge=1, le=100)] = 100


def read(flags: Flags, environment: Mapping[str, str] = os.environ) -> Config:
    """Put the sources together.

    Raises FlagError, or InputError for a broken file.
    """
    home = _home(flags, environment)
    file = _read_file(home / "config.toml")
    secret = environment.get(UNLOCK_FILE_VARIABLE)
    settled = file or _File(network=flags.network or "main")
    if flags.network not in {None, settled.network}:
        raise FlagError(f"this home belongs to the network {settled.network}")
    return Config(
        home=home,
        network=_checked(settled.network, flags),
        listen=flags.listen or settled.listen,
        bootstrap=flags.bootstrap or settled.bootstrap,
        mdns=settled.mdns if flags.mdns is None else flags.mdns,
        log_level=settled.log_level,
        remote=settled.remote,
        passphrase_file=Path(secret) if secret else None,
        made=file is not None,
        reach_groups=settled.reach_groups,
        relay_share=settled.relay_share,
    )


def write(config: Config) -> None:
    """Fix the settings of a new home in HOME/config.toml; last, since it makes the home.

    Raises OSError.
    """
    lines = [
        "# Made by bazaar init; the network of a home never changes.",
        f"network = {_text(config.network)}",
        f"listen = [{', '.join(map(_text, config.listen))}]",
        f"bootstrap = [{', '.join(map(_text, config.bootstrap))}]",
        f"mdns = {json.dumps(config.mdns)}",
        f"log_level = {_text(config.log_level)}",
        *([f"remote = {_text(config.remote)}"] if config.remote else []),
    ]
    (config.home / "config.toml").write_text("\n".join(lines) + "\n")


def _home(flags: Flags, environment: Mapping[str, str]) -> Path:
    named = flags.home or environment.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    # Only here, because most commands name their home or have it in the environment.
    from platformdirs import user_data_dir  # noqa: PLC0415 - see the line above

    return Path(user_data_dir(_FOLDER_NAME))


def _read_file(path: Path) -> _File | None:
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text())
        return msgspec.convert(found, _File)
    except FileNotFoundError:
        return None
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        msgspec.ValidationError,
    ) as error:
        raise InputError(str(path), str(error)) from error


def _checked(network: str, flags: Flags) -> str:
    try:
        return known_network(network).name
    except InputError as error:
        raise (FlagError(str(error)) if flags.network else error) from error


def _text(value: str) -> str:
    """A basic string of TOML: JSON's escapes, and DEL, which JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
