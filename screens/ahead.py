"""Typing that is faster than the program: each key, and each paste, finds all that the one before it brought about."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from textual.app import App
from textual.events import Callback, Key, Paste
from textual.message_pump import MessagePump

PATIENCE = 2.0
"""Seconds after which the next one is looked at in any case, whatever something may be waiting for."""
TURNS = 50
"""How often the program may be seen at work before it is waited for."""


class Typed:
    """What was typed; Textual by itself hands keys out without waiting for their effect."""

    def __init__(self, app: App[int], look_at: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._look_at = look_at
        self._keys: asyncio.Queue[Key | Paste] = asyncio.Queue()
        self.done = True
        self.free = asyncio.Event()
        """Not set while something is to come that no message of Textual's tells of."""
        self.free.set()

    def put(self, key: Key | Paste) -> None:
        """It waits for its turn."""
        self.done = False
        self._keys.put_nowait(key)

    async def take(self) -> None:
        """Look at one after the other, for as long as the program runs."""
        while True:
            await self._look_at(await self._keys.get())
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    while not (await quiet(those_at_work(self._app)) and self.free.is_set()):
                        await self.free.wait()
            self.done = self._keys.empty()


def those_at_work(app: App[int]) -> list[MessagePump]:
    """The program, the screen and all that is on it."""
    return [app, app.screen, *app.screen.walk_children()] if app.screen_stack else [app]


class Reached:
    """Called by a node once all that it had before is done."""

    _param_count = 0
    """What Textual would find out anew each time, which takes longer than all the rest."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def __call__(self) -> None:
        self.event.set()


async def quiet(nodes: Sequence[MessagePump]) -> bool:
    """Let each of them come to the end of what it has; whether that was nothing, and nothing came of it."""
    before = sum(node.message_queue_size for node in nodes)
    for _ in range(TURNS):  # to wait for each of them costs more than to look whether it would be in vain
        if not any(node.message_queue_size for node in nodes):
            break
        await asyncio.sleep(0)
    reached = [Reached() for node in nodes]
    for node, each in zip(nodes, reached, strict=True):
        if not node.post_message(Callback(each)):
            each()
    for each in reached:
        await each.event.wait()
    return not before and not any(node.message_queue_size for node in nodes)
