"""The reference page of the answers, docs/ANSWERS.md: `python -m installer.reference > docs/ANSWERS.md`."""

from collections.abc import Iterator

from installer.keys import Key, allowed, keys, sections
from installer.toml_write import written_value

HEAD = """# The answer file

TOML, in UTF-8. Every key may be left out, and an empty file is a good one: each default is chosen from what the machine
is, and `xenstrap plan` says why. `xenstrap example` prints a file with every key, explained for your machine;
`xenstrap check` names every fault of a file at once, with its line; `xenstrap schema` is for editors and programs.

This page is made from the program's own models by `python -m installer.reference`.
"""
COLUMNS = "| key | default | allowed | meaning |\n|---|---|---|---|"


def reference() -> str:
    """The page."""
    return "\n".join([HEAD, *(line for section in ("", *sections()) for line in section_lines(section))])


def section_lines(section: str) -> Iterator[str]:
    """The heading and the table of one section."""
    yield f"## [{section}]\n\n{sections()[section].__doc__}\n" if section else "## Above the first section\n"
    yield COLUMNS
    for key in keys():
        if key.section == section:
            yield row(key)
    yield ""


def row(key: Key) -> str:
    """One key as a row of the table."""
    default = "" if key.default is None else f"`{written_value(key.default)}`"
    cells = (f"`{key.name}`", default, allowed(key.annotation), key.description)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    print(reference(), end="")
