"""The two looks of the wizard: for a terminal that can do everything, and for a serial line; and none at all."""

from typing import Literal, NamedTuple

Look = Literal["rich", "serial"]


class Glyphs(NamedTuple):
    """The signs of a look."""

    done: str
    here: str
    chosen: str
    free: str
    ticked: str
    bare: str
    fold: str
    unfold: str
    bars: tuple[str, str, str]
    between: str = " · "
    cells: int = 1000
    """The longest bar."""
    brief: bool = False
    """Whether each byte takes its time: a screen then says the least that one needs to decide, and F1 the rest."""

    @property
    def draws(self) -> bool:
        """Whether there is anything to draw a picture with."""
        return any(self.bars)


GLYPHS: dict[Look, Glyphs] = {
    "rich": Glyphs("✓", "›", "(•)", "( )", "[x]", "[ ]", "▸", "▾", ("█", "▓", "░")),
    "serial": Glyphs("*", ">", "(*)", "( )", "[x]", "[ ]", "+", "-", ("#", "=", "."), ", ", 24, brief=True),
}

PLAIN = Glyphs("", "", "", "", "", "", "", "", ("", "", ""))
"""No signs at all, for a face that speaks in sentences; what would be drawn with them is left out."""
