"""How the demonstration ends: what to look at, what went wrong, what stays and what goes."""

import shutil
import sys
from pathlib import Path
from shlex import quote
from typing import Final

from bazaar.demo.market import Market

STOP_SCRIPT: Final = "stop.sh"


def show_around(market: Market, *, keep: bool) -> None:
    """Say how to look around: now, or after another start."""
    say = market.narrator.say
    say(f"Done in {market.narrator.seconds:.0f} s.", "bold")
    if market.pictures.is_dir():
        say(f"Pictures of the app: {market.pictures}")
    if not keep:
        say('To look around yourself: make demo ARGS="--keep --gui"')
        return
    buyer, arbiter = (_command(one.home) for one in (market.buyer, market.arbiter))
    say("The market goes on. Look around:")
    say(f"  {buyer} search lamp")
    say(f"  {buyer} order list")
    say(f"  {arbiter} case list")
    say(f"  {buyer}          (the app of {market.buyer.name})")
    say(f"The other homes: {', '.join(p.home.name for p in market.people)}")
    say(f"Stop it and clear up: sh {quote(str(_write_stop_script(market)))}")


def explain(market: Market, error: Exception) -> None:
    """Say which step failed and why, and what the nodes said last."""
    say = market.narrator.say
    say(f"\nThe demonstration failed: {error}", "bold red")
    for person in market.people:
        for line in person.last_words():
            say(f"  {person.home.name}: {line}", "dim")


def clean_up(market: Market) -> None:
    """Stop every node and remove everything but pictures."""
    for person in market.people:
        person.end()
    for person in market.people:
        person.stop()
    for path in market.folder.iterdir():
        if path != market.pictures:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if not market.pictures.is_dir():
        market.folder.rmdir()


def leave(market: Market) -> None:
    """Let the nodes run on."""
    for person in market.people:
        person.leave_running()


def _write_stop_script(market: Market) -> Path:
    path = market.folder / STOP_SCRIPT
    homes = [quote(str(person.home)) for person in market.people]
    lines = [
        "#!/bin/sh",
        "# Stops every node of this demonstration and removes its homes.",
        f"for home in {' '.join(homes)}; do",
        f'    {_program()} --home "$home" stop',
        "done",
        f"rm -r {quote(str(market.folder))}",
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def _command(home: Path) -> str:
    return f"{_program()} --home {quote(str(home))}"


def _program() -> str:
    """How this very program is called from anywhere."""
    script = Path(sys.executable).with_name("bazaar")
    return quote(str(script)) if script.exists() else f"{sys.executable} -P -m bazaar"
