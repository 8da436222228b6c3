"""Makes a virtual environment of the tests, unless it stands already.

Usage: python3 install.py <folder> <requirements.txt> <stamp>

The locks are the kernel's, so several test runs at once make one environment, and a run that was killed leaves no lock
behind. The stamp is written last: an environment without it is thrown away.
"""

import contextlib
import fcntl
import pathlib
import shutil
import subprocess
import sys
import venv

# It installs in a tenth of pip's time, and in a fresh clone the tests wait for it: https://docs.astral.sh/uv/
UV = "uv==0.13.9"
QUIETLY = ["--quiet", "--disable-pip-version-check", "--no-input"]


@contextlib.contextmanager
def locked(file: pathlib.Path):
    with open(file, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=sys.stderr)


def installer(folder: pathlib.Path) -> pathlib.Path:
    """The programs of an environment with pip and uv, which all others beside it share."""
    programs = folder / "bin"
    with locked(folder.with_suffix(".lock")):
        if not (folder / "stamp").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            run(programs / "python", "-m", "pip", "install", *QUIETLY, UV)
            (folder / "stamp").touch()
    return programs


def install(folder: pathlib.Path, requirements: str) -> None:
    programs = installer(folder.parent / "installer")
    python = folder / "bin" / "python"
    venv.create(folder)
    try:
        run(programs / "uv", "pip", "install", "--quiet", "--python", python, "--requirement", requirements)
    except subprocess.CalledProcessError:
        # pip has settings that uv does not read, such as those of a registry inside a company.
        run(programs / "python", "-m", "pip", "--python", python, "install", *QUIETLY, "--requirement", requirements)


def main(folder: pathlib.Path, requirements: str, stamp: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    written = folder / "stamp"
    with locked(folder.with_suffix(".lock")):
        if written.exists() and written.read_text() == stamp:
            return
        shutil.rmtree(folder, ignore_errors=True)
        install(folder, requirements)
        written.write_text(stamp)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
