"""Makes the virtual environment of the tests, unless it stands already.

Usage: python3 install.py <folder> <requirements.txt> <stamp>

The lock (on requirements.txt) is the kernel's, so two test runs at once make one environment, and a run that was killed
leaves no lock behind. The stamp is written last: an environment without it is thrown away.
"""

import fcntl
import pathlib
import shutil
import subprocess
import sys
import venv


def install(folder: pathlib.Path, requirements: str, stamp: str) -> None:
    written = folder / "stamp"
    if written.exists() and written.read_text() == stamp:
        return
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-input", "--requirement", requirements], check=True, stdout=sys.stderr)
    written.write_text(stamp)


if __name__ == "__main__":
    with open(sys.argv[2]) as requirements:
        fcntl.flock(requirements, fcntl.LOCK_EX)
        install(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
