"""Questions of every kind, and what may be typed at any of them."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from installer.errors import Exit
from plain.teletype import EndOfInput, Teletype
from screens.confirm import Confirmation

KEYS = (
    "Enter takes what stands in brackets. ? explains a question, < goes back to the one before, q quits; "
    "what was typed is kept. A minus sign puts the default back; =TEXT means the TEXT itself, also where it is q or <."
)
BACK = ("<", "back")
QUIT = ("q", "quit")
YES, NO = ("y", "yes", "true"), ("n", "no", "false")


class Leave(BaseException):
    """Somebody leaves."""

    def __init__(self, code: Exit) -> None:
        super().__init__()
        self.code = code


class Farewell(NamedTuple):
    """How things stand for somebody who leaves now, and the exit code that this means."""

    said: str
    code: Exit = Exit.DONE


class Talk:
    """Asks; `farewell` tells how things stand at this moment."""

    def __init__(self, teletype: Teletype, farewell: Callable[[], Farewell]) -> None:
        self.teletype = teletype
        self.farewell = farewell

    def say(self, *lines: str) -> None:
        """Print lines."""
        self.teletype.say(*lines)

    def ask(self, prompt: str, help_text: str, *, hidden: bool = False) -> str | None:
        """What is typed at a question, None to go back; a `hidden` line is not shown."""
        while True:
            typed = self.line(prompt, hidden=hidden)
            if typed == "?":
                self.say("", help_text, "")
            elif typed.lower() in QUIT:
                self.quit()
            else:
                return None if typed.lower() in BACK else typed

    def line(self, prompt: str, *, hidden: bool = False) -> str:
        """A line; Ctrl-C is as good as q, and at the end of all input nobody is asked any more."""
        try:
            return self.teletype.ask(prompt, hidden=hidden)
        except KeyboardInterrupt:
            self.say("")
            return QUIT[0]
        except EndOfInput:
            farewell = self.farewell()
            self.say("", farewell.said)
            raise Leave(farewell.code) from None

    def quit(self) -> None:
        """Ask once, then leave."""
        farewell = self.farewell()
        self.say("", farewell.said)
        if self.line("Leave? yes or no [no]:").lower() in (*YES, *QUIT):
            raise Leave(farewell.code)

    def choose(self, ways: Mapping[str, str], default: str, help_text: str) -> str | None:
        """The name of one of the ways, None to go back; without a default one has to be typed."""
        names = list(ways)
        self.say(*(f"  {number} {ways[name]}" for number, name in enumerate(names, 1)))
        shown = f" [{names.index(default) + 1} {ways[default]}]" if default else ""
        while True:
            typed = self.ask(f"What next{shown}:", help_text)
            if typed is None:
                return None
            found = way_of(typed, ways) if typed else default
            if found:
                return found
            self.say(f"Type a number from 1 to {len(names)}, or the word beside it.")

    def confirm(self, asked: Confirmation) -> bool:
        """Whether somebody wants what cannot be taken lightly; the safe answer is the default."""
        self.say("", asked.text)
        (safe, safe_label), (sure, _), *_ = asked.answers
        if not asked.typed:
            return self.choose(dict(asked.answers), safe, asked.text) == sure
        while typed := self.ask(f"[{safe_label}]:", asked.text):
            if asked.allows(typed):
                return True
            self.say("That is not what it is called. Enter alone does nothing to it.")
        return False


def way_of(typed: str, ways: Mapping[str, str]) -> str:
    """The way that was typed: its number, its name or label, or how only one of them begins; "" for none."""
    names = list(ways)
    if typed.isdecimal() and typed.isascii() and len(typed) < 4:
        return names[int(typed) - 1] if 1 <= int(typed) <= len(names) else ""
    word = typed.lower()
    exact = [name for name in names if word in (name, ways[name].lower())]
    begun = [name for name in names if ways[name].lower().startswith(word) or name.startswith(word)]
    return (exact or (begun if len(begun) == 1 else [""]))[0]
