"""The text of interfaces(5): which physical lines belong to which stanza, and the mark that puts lines out of force."""

import re
from collections.abc import Iterable, Iterator, Sequence

from installer.model import Model

MARK = "#xenstrap# "
SOURCE_NOTE = "# Added by xenstrap, for the bridge:"
OUR_FILE = "/etc/network/interfaces.d/xenstrap"
SOURCE_LINE = f"source {OUR_FILE}"
HEAD = f"{SOURCE_NOTE}\n{SOURCE_LINE}\n"
OUR_HEAD = re.compile(f"^{re.escape(HEAD)}", re.MULTILINE)
STARTS = ("iface", "mapping", "rename", "source", "source-directory", "auto", "no-auto-down", "no-scripts", "template")


class Statement(Model):
    """One logical line: its words, and the indices of the physical lines that make it."""

    words: tuple[str, ...]
    rest: str
    numbers: tuple[int, ...]


class Block(Model):
    """A stanza: the statement that begins it and its options."""

    head: Statement
    options: tuple[Statement, ...] = ()

    @property
    def word(self) -> str:
        """What kind of stanza it is."""
        return self.head.words[0]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Indices of all its physical lines; comments and empty lines in between are nobody's."""
        return (*self.head.numbers, *(number for option in self.options for number in option.numbers))


def without_marks(text: str) -> str:
    """The text as it would be without us."""
    plain = OUR_HEAD.sub("", text, count=1)
    return "\n".join(line.removeprefix(MARK) for line in plain.split("\n"))


def reads_ours(text: str) -> bool:
    """Whether our line that sources our file is there."""
    return OUR_HEAD.search(text) is not None


def marked_lines(text: str) -> list[str]:
    """The lines that we put out of force, as they were."""
    return [line[len(MARK) :] for line in text.split("\n") if line.startswith(MARK)]


def with_marks(text: str, names: Iterable[str], lines: Sequence[str], source: bool) -> str:
    """Put out of force those of `lines` that belong to the interfaces `names`, and read our file if `source`."""
    left = list(lines)
    marked = text.split("\n")
    for number in sorted(numbers_of(text, set(names))):
        if marked[number] in left:
            left.remove(marked[number])
            marked[number] = MARK + marked[number]
    return (HEAD if source else "") + "\n".join(marked)


def numbers_of(text: str, names: set[str]) -> Iterator[int]:
    """Indices of the physical lines that configure one of the interfaces `names` or bring one up."""
    for block in parse(text):
        words = block.head.words
        if block.word == "iface" and len(words) > 1 and words[1] in names:
            yield from block.numbers
        elif selects(block.word) and names.intersection(words[1:]):
            yield from block.head.numbers


def selects(word: str) -> bool:
    """Whether a line that begins with `word` names interfaces to be brought up, or to be left up."""
    return word in ("auto", "no-auto-down") or word.startswith("allow-")


def parse(text: str) -> Iterator[Block]:
    """The stanzas of a file, in order; lines before the first one belong to none."""
    block: Block | None = None
    for statement in statements(text):
        if statement.words[0] in STARTS or statement.words[0].startswith("allow-"):
            if block:
                yield block
            block = Block(head=statement)
        elif block and block.word in ("iface", "mapping"):
            block = block.model_copy(update={"options": (*block.options, statement)})
    if block:
        yield block


def statements(text: str) -> Iterator[Statement]:
    """Logical lines: comments left out, a backslash at the end of a line continues it."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        while line.endswith("\\") and number < len(lines):
            line = line[:-1] + lines[number]
            number += 1
        words = line.removesuffix("\\").split()
        if words:
            rest = line.removesuffix("\\").strip()[len(words[0]) :].strip()
            yield Statement(words=tuple(words), rest=rest, numbers=tuple(range(first, number)))
