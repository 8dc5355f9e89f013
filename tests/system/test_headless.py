"""A node without a display: told to the service manager, measured, used from elsewhere."""

import os
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bazaar.rpc.client import connect
from bazaar.rpc.schema.node import Metrics, MetricsView, Status
from tests.node_process import NodeProcess, running

NETWORK = "local:headless/8640"
PROGRAM = (sys.executable, "-P", "-m", "bazaar")
SSH = """#!/bin/sh
# Plays ssh: runs the words here, and forwards a socket with Python.
while [ "$1" = -o ]; do shift 2; done
if [ "$1" = -N ]; then exec "{python}" "{forward}" "$3"; fi
shift 2
exec sh -c "$*"
"""
FORWARD = """import selectors, socket, sys, threading
here, _, there = sys.argv[1].partition(":")
door = socket.socket(socket.AF_UNIX); door.bind(here); door.listen()
def pump(a, b):
    while data := a.recv(65536): b.sendall(data)
    b.shutdown(socket.SHUT_WR)
while True:
    near, _ = door.accept()
    far = socket.socket(socket.AF_UNIX); far.connect(there)
    for pair in ((near, far), (far, near)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""


def test_the_service_manager_hears_ready_and_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with running(tmp_path, NETWORK, "ana"):
            assert manager.recv(100) == b"READY=1"
        assert manager.recv(100) == b"STOPPING=1"


def test_a_monitor_reads_the_figures(tmp_path: Path) -> None:
    with running(tmp_path, NETWORK, "ana") as node:
        figures: MetricsView = node.client.call(Metrics())
    named = dict(
        line.rsplit(" ", 1)
        for line in figures.text.splitlines()
        if not line.startswith("#")
    )
    assert float(named["bazaar_peers"]) == 0
    assert float(named["process_resident_memory_bytes"]) > 10 * 1024 * 1024
    assert float(named["process_start_time_seconds"]) <= time.time()
    assert f'bazaar_info{{version="{_version()}",network="{NETWORK}"}}' in named


def _version() -> str:
    from bazaar import __version__  # noqa: PLC0415 - only for this test

    return __version__


def test_a_desktop_uses_the_node_of_another_machine(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "forward.py").write_text(FORWARD)
    words = SSH.format(python=sys.executable, forward=tools / "forward.py")
    (tools / "ssh").write_text(words)
    (tools / "ssh").chmod(0o755)
    desk = tmp_path / "desk"
    with (
        running(tmp_path, NETWORK, "ana") as far,
        _attach(tools, desk, far, tmp_path / "ana") as attached,
    ):
        try:
            with connect(desk) as client:
                assert client.call(Status()).peer_id == far.peer_id
        finally:
            attached.terminate()
            assert attached.wait(20) == 0
    assert not (desk / "run" / "token").exists()
    refused = subprocess.run(
        [*PROGRAM, "--home", str(desk), "status"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "attach elsewhere" in refused.stderr


def _attach(
    tools: Path, desk: Path, far: NodeProcess, home: Path
) -> "subprocess.Popen[str]":
    program = tools / "bazaar"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m bazaar "$@"\n')
    program.chmod(0o755)
    where = ["--home-there", str(home), "--program", str(program)]
    attached = subprocess.Popen(
        [*PROGRAM, "--home", str(desk), "attach", "elsewhere", *where],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
    )
    assert attached.stderr is not None
    with selectors.DefaultSelector() as selector:
        selector.register(attached.stderr, selectors.EVENT_READ)
        assert selector.select(30), f"{far.peer_id} was not reached"
    assert "attached to the node on elsewhere" in attached.stderr.readline()
    return attached
