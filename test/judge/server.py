"""An HTTP server for answers that may be lost or cut."""

from __future__ import annotations

import contextlib
import email.utils
import http.server
import socket
import threading
from collections.abc import Callable

from emulator import Clock
from wire import HOP_BY_HOP, Answer, Call, understand


def serve(answer_to: Callable[[Call], Answer], clock: Clock) -> str:
    """Serves on a free port until the process ends. Returns the URL."""

    class Handler(Connection):
        answer_to_call = staticmethod(answer_to)
        time = clock

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Connection(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        # keysweep has ended, or was hung up on.
        with contextlib.suppress(OSError):
            super().handle()

    def handle_call(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.deliver(self.answer_to_call(understand(self.command, self.path, headers, body)))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_call

    def deliver(self, answer: Answer) -> None:
        if answer.sent == 0:
            return self.hang_up()
        self.send_response_only(answer.status)
        is_head = self.command == "HEAD"
        body = b"" if is_head else answer.body
        kept = {name: value for name, value in answer.headers.items() if name not in HOP_BY_HOP}
        kept["date"] = email.utils.format_datetime(self.time.now(), usegmt=True)
        kept["content-length"] = answer.headers.get("content-length", "0") if is_head else str(len(body))
        for name, value in kept.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: int(len(body) * answer.sent)])
        if answer.sent < 1:
            self.hang_up()

    def hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Says nothing of single requests."""
