"""What every test needs before anything else is imported."""

import gc
import os
import warnings
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# A shared machine may be slow: that is no fault of the code under test.
COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("default", COMMON, max_examples=50, derandomize=True)
settings.register_profile("nightly", COMMON, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


HOSTS: Final = ("tests/net/", "tests/system/", "tests/interop/", "tests/app/test_fake")
"""Where libp2p hosts run in the process of the tests."""


def runs_hosts(node: pytest.Item | pytest.Module) -> bool:
    """Whether libp2p hosts run in the test or module ``node``."""
    return node.nodeid.startswith(HOSTS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A dial that is cut off leaves its socket to the garbage collector.

    Whether the library or our dialling drops it is not known yet; until it is, the
    warning is silent where hosts run, and an error in every other test.
    """
    quiet = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
    for item in items:
        if runs_hosts(item):
            item.add_marker(quiet)


@pytest.fixture(autouse=True, scope="module")
def dropped_sockets_end_with_their_module(
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """So that no test without a host meets the sockets of one."""
    yield
    if runs_hosts(request.node):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
