"""keysweep, run as a person runs it: a process with a configuration, a ledger and perhaps a terminal."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import threading

from emulator import REGION

QUESTION = re.compile(rb"Type (\w+) to (?:revoke|delete for good):")
SECONDS = 180
"""No run here needs a minute."""
MOVE_CLOCK = pathlib.Path(__file__).parent.parent / "clock" / "move-clock.mjs"


@dataclasses.dataclass
class Ended:
    code: int | None
    """None: it hung and was ended."""
    stdout: str
    stderr: str


class Keysweep:
    def __init__(
        self, program: list[str], url: str, right_url: str, folder: pathlib.Path, ledger: str
    ) -> None:
        """right_url: where every answer is right, to read the ledger."""
        self.program, self.url, self.right_url = program, url, right_url
        self.folder, self.ledger = folder, ledger

    def run(self, *words: str, moved: float = 0.0, url: str | None = None) -> Ended:
        """moved: seconds that its clock is ahead. url: another endpoint than the proxy."""
        process = self._start(words, moved, url, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            stdout, stderr = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return Ended(None, *(text.decode() for text in process.communicate()))
        return Ended(process.returncode, stdout.decode(), stderr.decode())

    def run_and_ask(self, *words: str, at_question, moved: float = 0.0) -> Ended:
        """Runs it in a terminal; when it asks, calls at_question and then answers yes."""
        ours, its = os.openpty()
        process = self._start(words, moved, None, stdin=its, stderr=its)
        os.close(its)
        alarm = threading.Timer(SECONDS, process.kill)
        alarm.start()
        reader = threading.Thread(target=lambda: stdout.append(process.stdout.read()))
        stdout: list[bytes] = []
        reader.start()
        shown = self._answer(ours, at_question)
        reader.join()
        code = process.wait()
        alarm.cancel()
        os.close(ours)
        return Ended(None if code < 0 else code, stdout[0].decode(), shown)

    def _answer(self, terminal: int, at_question) -> str:
        """Reads to the end of what the terminal shows."""
        shown, asked = bytearray(), False
        while data := read_terminal(terminal):
            shown.extend(data)
            question = QUESTION.search(shown)
            if question and not asked:
                asked = True
                at_question()
                os.write(terminal, question[1] + b"\r")
        return shown.decode()

    def show(self, run: str = "last") -> dict | None:
        """The run's document, from the ledger alone. None: there is no such run."""
        return run_in(self.run("show", run, "--json", url=self.right_url).stdout)

    def _start(self, words: tuple[str, ...], moved: float, url: str | None, **streams) -> subprocess.Popen:
        config = [] if words[0] == "show" else ["--config", str(self.folder / "accounts.json")]
        return subprocess.Popen(
            [*self.program, *words, *config, "--ledger", self.ledger],
            cwd=self.folder,
            env=environment(url or self.url, moved),
            stdout=subprocess.PIPE,
            **streams,
        )


def run_in(text: str) -> dict | None:
    """The document of a run. None for any other text, such as the document of an error."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if document.get("run") and "accounts" in document else None


def read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last process has closed the terminal.
        return b""


def environment(url: str, moved: float) -> dict[str, str]:
    """Nothing of the developer's own but where programs are."""
    clock = {
        "NODE_OPTIONS": f"--import={MOVE_CLOCK.as_uri()}",
        "KEYSWEEP_CLOCK_OFFSET": str(int(moved * 1000)),
    }
    return {
        **{name: os.environ[name] for name in ["PATH", "HOME"] if name in os.environ},
        **(clock if moved else {}),
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        "TERM": "xterm-256color",
        "NO_COLOR": "1",
    }
