"""The text of systemd's files and NetworkManager's keyfiles: sections of keys and values, in their order."""

from collections.abc import Callable, Iterable, Iterator

from installer.facts_network import Options, Section

COMMENTS = ("#", ";")
TRUE = ("1", "yes", "y", "true", "t", "on")


def read_sections(text: str, *, continued: bool = False) -> tuple[Section, ...]:
    """Sections in order, one of the same name twice where it stands twice; `continued` lines end in a backslash."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in logical_lines(text) if continued else text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            found.append((line[1:-1], []))
        elif found and "=" in line and not line.startswith(COMMENTS):
            key, _, value = line.partition("=")
            found[-1][1].append((key.strip(), value.strip()))
    return tuple(Section(name=name, options=tuple(options)) for name, options in found)


def logical_lines(text: str) -> Iterator[str]:
    """Lines of systemd.syntax(7): a backslash at the end continues a line, comments in between are left out."""
    held = ""
    for line in text.splitlines():
        if line.lstrip().startswith(COMMENTS):
            continue
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield held + line
        held = ""
    if held:
        yield held


def values(sections: Iterable[Section], name: str, key: str) -> list[str]:
    """Every value of a key in the sections of that name; an empty one forgets those before it."""
    found: list[str] = []
    for section in sections:
        for option, value in section.options if section.name == name else ():
            if option == key:
                found = [*found, value] if value else []
    return found


def last(sections: Iterable[Section], name: str, key: str, default: str = "") -> str:
    """The value of a key that counts once."""
    return (values(sections, name, key) or [default])[-1]


def is_true(value: str) -> bool:
    """Whether a value means yes."""
    return value.lower() in TRUE


def keep(section: Section, wanted: Callable[[str, str], bool]) -> Section:
    """The section with those options alone."""
    return Section(name=section.name, options=tuple(option for option in section.options if wanted(*option)))


def with_options(sections: Iterable[Section], name: str, options: Options) -> tuple[Section, ...]:
    """The sections with options added to the first one of that name, which is made where it is missing."""
    result, missing = [], bool(options)
    for section in sections:
        if missing and section.name == name:
            section = Section(name=name, options=section.options + options)
            missing = False
        result.append(section)
    return (*result, Section(name=name, options=options)) if missing else tuple(result)
