"""Locks between all who use the cache: one machine at a time, each image built once."""

import fcntl
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held_here: dict[str, int] = {}


@contextmanager
def locked(directory: Path, name: str) -> Iterator[None]:
    """Hold a lock, waiting for whoever has it."""
    directory.mkdir(parents=True, exist_ok=True)
    if _held_here.get(name) == threading.get_ident():
        raise RuntimeError(f"the {name} lock is held by this very thread: it would wait for itself")
    with (directory / f"{name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(f"waiting for the {name} lock of process {lock.read().strip()}", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        _held_here[name] = threading.get_ident()
        try:
            yield
        finally:
            del _held_here[name]
