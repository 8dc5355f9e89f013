"""How the demonstration ends: what to look at, what went wrong, what stays and what goes."""

import shutil
import sys
from pathlib import Path
from shlex import quote
from typing import Final

from bazaar.demo.market import Market

STOP_SCRIPT: Final = "stop.sh"
USUAL_WORDS: Final = "the keys have an empty passphrase"
"""Every node of a local network says so; it explains nothing."""


def show_around(market: Market, *, keep: bool) -> None:
    """Say how to look around: now, or after another start."""
    say = market.narrator.say
    say(f"Done in {market.narrator.seconds:.0f} s.", "bold")
    if any(market.pictures.glob("*.png")):
        say(f"Pictures of the app: {market.pictures}")
    if not keep:
        say('To look around yourself: make demo ARGS="--keep --gui"')
        return
    buyer = _command(market.buyer.home)
    say("The market goes on. Look around:")
    for words in ("search lamp", "order list", "account list"):
        say(f"  {buyer} {words}")
    say(f"  {buyer}    (opens the app of {market.buyer.name})")
    others = ", ".join(p.home.name for p in market.people if p is not market.buyer)
    say(f"Everybody else has a home beside it: {others}.")
    say("A day of a contract still passes in ten seconds, so answer an order at once.")
    say(f"Stop all nodes and clear up: sh {quote(str(_write_stop_script(market)))}")


def explain(market: Market, error: Exception) -> None:
    """Say which step failed and why, and what the nodes said last."""
    say = market.narrator.say
    say(f"\nThe demonstration failed: {error}", "bold red")
    for person in market.people:
        for line in person.last_words():
            if USUAL_WORDS not in line:
                say(f"  {person.home.name}: {line}", "dim")


def clean_up(market: Market) -> None:
    """Stop every node and remove everything but pictures."""
    for person in market.people:
        person.end()
    for person in market.people:
        person.stop()
    if not any(market.pictures.glob("*.png")):
        shutil.rmtree(market.folder)
        return
    for path in market.folder.iterdir():
        if path.is_file():
            path.unlink()
        elif path != market.pictures:
            shutil.rmtree(path)


def leave(market: Market) -> None:
    """Let the nodes run on."""
    for person in market.people:
        person.leave_running()


def _write_stop_script(market: Market) -> Path:
    path = market.folder / STOP_SCRIPT
    homes = [quote(str(person.home)) for person in market.people]
    lines = [
        "#!/bin/sh",
        "# Stops every node of this demonstration and removes all but the pictures of the app.",
        f"for home in {' '.join(homes)}; do",
        f'    {_program()} --home "$home" stop',
        "done",
        f"cd {quote(str(market.folder))} && rm -r homes drawings *.jpg {STOP_SCRIPT}",
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def _command(home: Path) -> str:
    return f"{_program()} --home {quote(str(home))}"


def _program() -> str:
    """How this very program is called from anywhere."""
    script = Path(sys.executable).with_name("bazaar")
    return quote(str(script)) if script.exists() else f"{sys.executable} -P -m bazaar"
