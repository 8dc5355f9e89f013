"""How the workers of one parallel run share the tests: by file, and the machine's own to one of them."""

from collections import OrderedDict

import pytest
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs] - typed, but unmarked
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs] - typed, but unmarked
from xdist.workermanage import WorkerController  # pyright: ignore[reportMissingTypeStubs] - typed, but unmarked

MACHINE = "tests of the whole machine"
WHOLE_MACHINE = ("tests/crash/", "tests/interop/", "tests/simulation/", "tests/system/")
"""Many processes each, with waits that count on cores: one worker runs them one by one."""


class Sharing(LoadScopeScheduling):
    """A file stays together, since its tests share fixtures; the longest share goes first."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        is_alone = nodeid.startswith(WHOLE_MACHINE)
        return MACHINE if is_alone else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        waiting: OrderedDict[str, dict[str, bool]] = self.workqueue
        if MACHINE in waiting:
            waiting.move_to_end(MACHINE, last=False)
        super()._assign_work_unit(node)
