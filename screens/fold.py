"""Lines folded at a width, each with its own indent, as a person would write them."""

from collections.abc import Iterable, Iterator
from textwrap import TextWrapper


class Folder(TextWrapper):
    """Folds what is longer than a line behind a slash, if it has one: most such words are names of files."""

    def _handle_long_word(self, reversed_chunks: list[str], cur_line: list[str], cur_len: int, width: int) -> None:
        word, left = reversed_chunks[-1], max(width - cur_len, 1)
        if (cut := word.rfind("/", 0, left) + 1) > 1:
            cur_line.append(word[:cut])
            reversed_chunks[-1] = word[cut:]
        elif "/" not in word or not cur_line:
            super()._handle_long_word(reversed_chunks, cur_line, cur_len, width)


def folded(lines: Iterable[str], width: int) -> Iterator[str]:
    """The lines; what a fold carries over stands two columns further in."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        folder = Folder(max(width, 20), subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)
        yield from folder.wrap(line) or [""]
