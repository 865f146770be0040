"""A mirror on this host that passes the real one on, and stops in the middle of a package."""

import shutil
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from types import TracebackType
from typing import Self
from urllib.error import HTTPError

ANSWER_PATIENCE = 60.0
HEADERS = ("Content-Length", "Content-Type", "Last-Modified")


class StallingMirror:
    """Mirrors the host `of`; from the middle of package number `at` on it takes requests and says nothing more.

    `stalled` is when that was (time.monotonic).
    """

    def __init__(self, of: str, at: int) -> None:
        self.of = of
        self.at = at
        self.packages = 0
        self.stalled = inf
        self.over = threading.Event()
        self._counting = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def stalls(self) -> bool:
        """Whether it has come to the package that it stops in."""
        return self.packages >= self.at

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of those who wait, and end."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_is_whole(self, path: str) -> bool:
        """Count a package; whether all of what was asked for is passed on."""
        with self._counting:
            self.packages += path.endswith(".deb")
            if self.stalls:
                self.stalled = min(self.stalled, time.monotonic())
            return not self.stalls

    def _answering(mirror) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                already = mirror.stalls
                whole = mirror.next_is_whole(self.path)
                if already:
                    mirror.over.wait()
                    self.close_connection = True
                    return
                try:
                    with urllib.request.urlopen(mirror.of + self.path, timeout=ANSWER_PATIENCE) as found:
                        self.send_response(200)
                        for name in HEADERS:
                            if value := found.headers[name]:
                                self.send_header(name, value)
                        self.end_headers()
                        if whole:
                            shutil.copyfileobj(found, self.wfile)
                            return
                        self.wfile.write(found.read(int(found.headers["Content-Length"]) // 2))
                        mirror.over.wait()
                        self.close_connection = True
                except HTTPError as error:
                    self.send_response(error.code)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        return Answering
