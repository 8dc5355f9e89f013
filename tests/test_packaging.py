"""The installation: names, locks, leftovers, and the wheel that is built from it."""

import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

import bazaar

ROOT = Path(__file__).parent.parent
PACKAGES = ("bazaar", "gui", "net", "store")
LOCKS = ("build.lock", "requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)", re.MULTILINE)
VOID_CALLS = 1_000
REFERENCES_LOST = 50


def lock(name: str) -> str:
    return (ROOT / "packaging" / name).read_text()


def versions(name: str) -> set[tuple[str, str]]:
    return set(PINNED.findall(lock(name)))


def folder_of(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@pytest.mark.parametrize("name", PACKAGES)
def test_a_generic_package_name_resolves_inside_the_repository(name: str) -> None:
    assert folder_of(name) == ROOT / name


def test_the_folder_packaging_does_not_hide_the_package_of_that_name() -> None:
    assert folder_of("packaging").parent != ROOT


def test_the_stale_trio_stubs_are_gone() -> None:
    site_packages = folder_of("trio").parent
    assert not (site_packages / "trio-stubs").exists()


@pytest.mark.parametrize("name", ["__init__.py", "py.typed"])
def test_the_qt_wheel_is_complete(name: str) -> None:
    assert (folder_of("PySide6") / name).exists()


def test_void_calls_of_qt_keep_the_references_of_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(VOID_CALLS):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < REFERENCES_LOST


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_hashes_and_no_place(name: str) -> None:
    text = lock(name)
    entries = [line for line in text.splitlines() if PINNED.match(line)]
    assert entries
    assert all(line.endswith("\\") for line in entries)  # its hashes follow
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted", text)


def test_the_development_lock_extends_the_runtime_lock() -> None:
    assert versions("requirements.lock") < versions("requirements-dev.lock")


def test_pins_that_patches_and_bugs_depend_on() -> None:
    pinned = dict(versions("requirements.lock"))
    assert pinned["libp2p"] == "0.8.1"
    assert pinned["pyside6-essentials"] == "6.11.3"
    assert "fastecdsa" not in pinned


def test_what_is_installed_is_what_is_locked() -> None:
    markers = re.compile(r"^([a-z0-9-]+)==([^ ;]+) \\$", re.MULTILINE)
    for name, version in markers.findall(lock("requirements-dev.lock")):
        assert metadata.version(name) == version


def test_one_version() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert project["version"] == bazaar.__version__


def test_the_wheel_holds_our_packages_and_forbids_its_upload(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        about = wheel.read("p2p_bazaar-0.1.0.dist-info/METADATA").decode()
    folders = {name.split("/")[0] for name in names}
    assert folders == {*PACKAGES, "p2p_bazaar-0.1.0.dist-info"}
    assert {f"{name}/py.typed" for name in PACKAGES} < set(names)
    assert "Classifier: Private :: Do Not Upload" in about
