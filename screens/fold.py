"""Lines folded at a width, each with its own indent, as a person would write them."""

import textwrap
from collections.abc import Iterable, Iterator


def folded(lines: Iterable[str], width: int) -> Iterator[str]:
    """The lines; what a fold carries over stands two columns further in."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        yield from textwrap.wrap(
            line, max(width, 20), subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True
        ) or [""]
