"""Making the virtual environment, on machines as they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = "sys.version_info = (3, 9, 2)"
WITHOUT_VENV = "sys.modules['ensurepip'] = None"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    runtime = root / "trenddrop" / "runtime"
    runtime.mkdir(parents=True)
    shutil.copy(ROOT / "trenddrop" / "runtime" / "install.py", runtime)
    (root / "requirements.txt").write_text("# nothing\n")
    (root / "tests").mkdir()
    (root / "tests" / "requirements.txt").write_text("-r ../requirements.txt\n")
    return root


def install(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = clone / "trenddrop" / "runtime" / "install.py"
    return subprocess.run([sys.executable, str(script), *words], capture_output=True, text=True, check=False)


def install_on(clone: Path, machine: str) -> subprocess.CompletedProcess[str]:
    """Install where `machine`, a statement, is true."""
    script = clone / "trenddrop" / "runtime" / "install.py"
    code = (
        f"import runpy, sys; {machine}; sys.argv = ['install.py']; runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_an_old_python_is_told_which_package_brings_a_newer_one(clone: Path) -> None:
    done = install_on(clone, OLD)
    assert done.returncode == 1
    assert "is 3.9" in done.stderr
    assert "apt install python3.11 python3.11-venv" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_is_told_the_missing_package(clone: Path) -> None:
    done = install_on(clone, WITHOUT_VENV)
    assert done.returncode == 1
    assert f"apt install python3.{sys.version_info.minor}-venv" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_users_environment_is_left_alone(clone: Path) -> None:
    (clone / ".venv").mkdir()
    os.chown(clone / ".venv", 12345, 12345)
    done = install(clone)
    assert done.returncode == 1
    assert "belongs to user number 12345" in done.stderr


def test_an_environment_behind_a_link_is_left_alone(clone: Path) -> None:
    elsewhere = clone.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (clone / ".venv").symlink_to(elsewhere)
    done = install(clone)
    assert done.returncode == 1
    assert "is a link to" in done.stderr
    assert "take the link away" in done.stderr
    assert (elsewhere / "kept").exists()


@pytest.mark.chaos
def test_packages_that_cannot_be_had_are_told_and_tried_again_next_time(clone: Path) -> None:
    (clone / "requirements.txt").write_text("./no-such-package\n")
    failed = install(clone)
    assert failed.returncode == 1
    assert "no-such-package" in failed.stderr
    assert "start again to retry" in failed.stderr
    (clone / "requirements.txt").write_text("# nothing\n")
    assert install(clone).returncode == 0


@pytest.mark.chaos
def test_an_environment_is_made_once_and_remade_when_half_made_broken_or_moved(clone: Path) -> None:
    assert "Making" in install(clone).stdout
    assert install(clone).stdout == ""
    (clone / ".venv" / ".installing").touch()
    assert "Making" in install(clone).stdout
    (clone / ".venv" / "bin" / "python").unlink()
    assert "Making" in install(clone).stdout
    moved = clone.rename(clone.with_name("moved"))
    assert "Making" in install(moved).stdout
    assert "Installing" in install(moved, "--tests").stdout
    assert install(moved, "--tests").stdout == ""
