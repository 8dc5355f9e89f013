"""What every test needs before anything else is imported."""

import os

from hypothesis import HealthCheck, settings

from net._fastecdsa import install

install()  # some tests import libp2p before anything of ``net``

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# A shared machine may be slow: that is no fault of the code under test.
COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("default", COMMON, max_examples=50, derandomize=True)
settings.register_profile("nightly", COMMON, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
