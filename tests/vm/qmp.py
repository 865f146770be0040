"""QEMU's own control line."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

ANSWER_PATIENCE = 60.0


class QmpError(Exception):
    """QEMU refused an order, or did not answer."""


class Qmp:
    """Orders to QEMU and the events that it reports."""

    def __init__(self, connection: socket.socket, on_event: Callable[[str], None]) -> None:
        self._connection = connection
        self._on_event = on_event
        self._changed = threading.Condition()
        self._answers: list[dict[str, Any]] = []
        self._events: Counter[str] = Counter()
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.execute("qmp_capabilities")
        except (QmpError, OSError):
            self.close()
            raise

    def _read(self) -> None:
        with self._connection.makefile("r", encoding="utf-8") as lines:
            try:
                for line in lines:
                    self._take(json.loads(line))
            except OSError:
                pass
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        with self._changed:
            if event := message.get("event"):
                self._events[event] += 1
            elif "QMP" not in message:
                self._answers.append(message)
            self._changed.notify_all()
        if event:
            self._on_event(event)

    def execute(self, command: str, **arguments: object) -> Any:
        """Give an order and return QEMU's answer."""
        with self._changed:
            self._answers.clear()
            self._connection.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
            self._changed.wait_for(lambda: self._answers or self._closed, ANSWER_PATIENCE)
            if not self._answers:
                raise QmpError(f"{command}: no answer")
            answer = self._answers.pop()
        if "error" in answer:
            raise QmpError(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def count(self, event: str) -> int:
        """Count how often an event has been reported."""
        with self._changed:
            return self._events[event]

    def wait_beyond(self, event: str, count: int, timeout: float) -> None:
        """Wait until an event has been reported more than `count` times."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._events[event] > count or self._closed, timeout):
                raise QmpError(f"no {event} within {timeout:.0f} s")
            if self._events[event] <= count:
                raise QmpError(f"QEMU ended before {event}")

    def close(self) -> None:
        """Wait for the reader, whose other end has gone."""
        self._connection.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._connection.close()
