"""The desktop knows the app, and opens links of the market with it."""

import os
import subprocess
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as Xml

from gui.app.main import APP_ID

LINUX = Path(__file__).parents[1] / "packaging" / "linux"


def entry(path: Path) -> dict[str, str]:
    parsed = ConfigParser(interpolation=None)
    parsed.optionxform = str  # pyright: ignore[reportAttributeAccessIssue] - names keep their capitals
    parsed.read(path)
    return dict(parsed["Desktop Entry"])


def test_the_entry_takes_links() -> None:
    shown = entry(LINUX / f"{APP_ID}.desktop")
    assert shown["MimeType"] == "x-scheme-handler/bazaar;"
    assert shown["Exec"] == "bazaar app %u"
    assert shown["StartupWMClass"] == APP_ID


def test_it_is_installed_for_one_user_with_the_program_that_runs(
    tmp_path: Path,
) -> None:
    program = tmp_path / "bazaar"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    surroundings = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [LINUX / "install.sh", program],
        env=surroundings,
        capture_output=True,
        check=True,
        text=True,
    )
    made = Path(done.stdout.strip().splitlines()[-1])
    assert entry(made)["Exec"] == f'"{program}" app %u'
    icon = tmp_path / "icons/hicolor/scalable/apps" / f"{entry(made)['Icon']}.svg"
    assert Xml.parse(icon).getroot().tag.endswith("svg")


def test_a_program_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [LINUX / "install.sh", tmp_path / "none"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 1
    assert "there is no program" in done.stderr
