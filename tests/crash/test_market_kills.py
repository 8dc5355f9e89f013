"""A small market is killed at random moments: a short run of what make crash does 10,000 times."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 24
SECONDS = 240
ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(SECONDS + 20)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_market_loses_nothing_and_never_contradicts_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.run", str(ROUNDS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{ROUNDS} kills" in done.stdout
    assert " 0 faults" in done.stdout
