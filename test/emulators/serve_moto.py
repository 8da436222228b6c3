"""Serves moto on a free port of the loopback interface until standard input is closed.

The kernel closes it when the test process ends, however it ends, so no server outlives its test.
"""

import os
import sys
import threading

from moto.server import main


def exit_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=exit_with_parent, daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
