"""A VT100 at the near end of a serial line, and somebody who types at it."""

from collections.abc import Iterable

import pyte

from .serial_line import PATIENCE, LineError, SerialLine

SIZE = (80, 24)


class Screen:
    """What stands on the screen from now on."""

    def __init__(self, line: SerialLine, patience: float = PATIENCE, never: Iterable[str] = ()) -> None:
        """Look at a line; where one of those texts that shall `never` come stands there, waiting has an end."""
        self._line = line
        self._patience = patience
        self._never = tuple(never)
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.Stream(self._screen)
        self._seen = len(line.text)

    @property
    def text(self) -> str:
        """What stands there, line by line."""
        return "\n".join(row.rstrip() for row in self._screen.display)

    def press(self, keys: str, *texts: str) -> None:
        """Press keys, and wait until all of these stand there."""

        def stands(said: str, _start: int) -> int | None:
            self._stream.feed(said[self._seen :])
            self._seen = len(said)
            shown = self.text
            if bad := [text for text in self._never if text in shown]:
                raise LineError(f"{bad[0]!r} came before {texts}:\n{shown}")
            return len(said) if all(text in shown for text in texts) else None

        self._line.send(keys)
        try:
            self._line.wait(stands, f"{texts} on the screen", self._patience)
        except LineError as error:
            raise LineError(f"{error}\n\nthe screen:\n{self.text}") from error
        self._line.note(f"seen: {', '.join(texts)}\n{self.text}")
