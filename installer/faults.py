"""What is wrong with an answer file: each fault with its file, line and key, all of them in one error."""

from collections.abc import Sequence

from installer.errors import AnswersError
from installer.model import Model

MOST = 50


class Fault(Model):
    """One thing wrong in an answer file, and what would be right; `line` is None for a key that is not in the file."""

    file: str
    line: int | None = None
    key: str = ""
    text: str
    hint: str = ""

    def __str__(self) -> str:
        place = place_of(self.file, self.line, self.key)
        return f"  {place}: {self.text}" + (f"\n    -> {self.hint}" if self.hint else "")


class WrongAnswersError(AnswersError):
    """An answer file with faults: `fact` lists them; of very many, only the first ones are put in words."""

    def __init__(self, faults: Sequence[Fault], more: int = 0) -> None:
        count = len(faults) + more
        head = f"{faults[0].file} has {'a fault' if count == 1 else f'{count} faults'}:"
        tail = [f"  and {more} more"] if more else []
        super().__init__("\n".join([head, *map(str, faults), *tail]))
        self.faults = tuple(faults)


def place_of(file: str, line: int | None = None, key: str = "") -> str:
    """Where to look: "answers.toml:7: memory.dom0", as far as it is known."""
    at = f"{file}:{line}" if line else file
    return f"{at}: {key}" if key else at
