"""What every test needs before anything else is imported."""

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from net._fastecdsa import install

if TYPE_CHECKING:
    from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs] - typed, but unmarked

    from tests.workers import Sharing

install()  # some tests import libp2p before anything of ``net``

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# A shared machine may be slow: that is no fault of the code under test.
COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("default", COMMON, max_examples=50, derandomize=True)
settings.register_profile("nightly", COMMON, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "Sharing":
    """Asked by a run of several workers only."""
    from tests.workers import Sharing  # noqa: PLC0415 - a run in one process needs no xdist

    return Sharing(config, log)
