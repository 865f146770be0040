"""What stands in one place of the screen: a character and its attributes, reduced to what the line carries."""

BOLD, UNDERLINE, REVERSE = 1, 2, 4
FG_SHIFT, BG_SHIFT = 3, 8
COLOUR = 31
"""Five bits a colour: 0 is the terminal's own, 1 to 16 are the palette's."""
FG_MASK, BG_MASK = COLOUR << FG_SHIFT, COLOUR << BG_SHIFT
HIDDEN = 1 << 13
"""The text has the colour of its ground."""

Cell = tuple[str, int]
"""A character and its attributes; the right half of a wide character is an empty string."""
Row = list[Cell]

BLANK: Cell = (" ", 0)
UNKNOWN: Cell = ("\0", 0)
"""What may stand there is not known; it equals nothing that is wanted."""


def seen(character: str, attributes: int) -> Cell:
    """The cell with only those attributes that can be seen, so that cells that look alike are equal."""
    if attributes & HIDDEN and character:
        character = " " * len(character)
    if character == " ":
        attributes = on_blank(attributes)
    return (character, attributes & ~HIDDEN)


def on_blank(attributes: int) -> int:
    """Those attributes that a blank shows."""
    visible = attributes & (UNDERLINE | REVERSE | BG_MASK)
    if visible & (UNDERLINE | REVERSE):
        visible |= attributes & FG_MASK
    return visible


def foreground(attributes: int) -> int:
    """The text's colour, 0 for the terminal's own."""
    return attributes >> FG_SHIFT & COLOUR


def background(attributes: int) -> int:
    """The ground's colour, 0 for the terminal's own."""
    return attributes >> BG_SHIFT & COLOUR
