"""Work that takes a while, in a thread of its own, so that the screen never waits."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(job: Callable[[], Result], *, keep: bool = False) -> Result:
    """The result of a job; its exception is raised here.

    The program's end does not wait for a job that only looks; one that changes the machine is to `keep` until it ends.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def work() -> None:
        try:
            result = job()
        except BaseException as error:
            tell(done.set_exception, error)
        else:
            tell(done.set_result, result)

    def tell(setter: Callable[..., None], value: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: None if done.done() else setter(value))

    threading.Thread(target=work, daemon=not keep).start()
    return await done
