"""Runs a program in a pseudo-terminal, types answers when it asks, and prints what the terminal showed.

usage: in-terminal.py '[["question", "answer"], ...]' program argument...

Where the answer is null, it closes the terminal.
"""

import json
import os
import pty
import sys

exchanges = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[2], sys.argv[2:])

shown = b""
since = 0
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux says so when the last process has closed the terminal.
        break
    if not data:
        break
    shown += data
    if exchanges and exchanges[0][0].encode() in shown[since:]:
        since = len(shown)
        answer = exchanges.pop(0)[1]
        if answer is None:
            os.close(terminal)
            break
        os.write(terminal, answer.encode())

_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
