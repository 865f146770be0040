"""Waiting for something that takes a while, with a word about it now and then."""

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def waited(job: Callable[[], Result], remind: Callable[[], None], pause: float) -> Result:
    """The result of a job that only looks; its exception is raised here. `remind` is called while it lasts.

    The job has a thread of its own, so that nobody who wants to leave has to wait for a slow disk.
    """
    results: list[Result] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            results.append(job())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    while not done.wait(pause):
        remind()
    for error in errors:
        raise error
    return results[0]
