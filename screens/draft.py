"""What was typed so far, field by field, before it is known to be right: the wizard's state, apart from any widget."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from installer.answers import Answers
from installer.journal import now
from installer.keys import Key, examples, fits, item, keys, kinds, literals
from installer.model import Model
from installer.toml_write import written_value

SEVERAL = 2
UNEQUAL = "\0"
"""What stands for a password that was not typed twice yet: nobody can type it, and no page is left with it."""
FORGOTTEN = "\0\0"
"""What stands in a draft that was kept for a password or passphrase, which is not: it has to be typed again."""
TRUTH = {"true": True, "false": False}


class Draft(Model):
    """Unfinished answers: the text of each field that is not at its default, by key, and where the user is.

    `asked` are the sections that an answer file wants asked, None for all; `kept` is when the draft was kept last.
    """

    typed: dict[str, str] = {}
    at: str = ""
    done: tuple[str, ...] = ()
    asked: tuple[str, ...] | None = None
    kept: str = ""

    def text(self, key: Key) -> str:
        """What stands in the field of a key."""
        return self.typed.get(key.full, default_text(key))

    def with_text(self, key: Key, text: str) -> "Draft":
        """The same with another text in one field."""
        others = {name: each for name, each in self.typed.items() if name != key.full}
        typed = others if text == default_text(key) else others | {key.full: text}
        return self.model_copy(update={"typed": typed})

    def at_page(self, name: str, *, done: Iterable[str] = ()) -> "Draft":
        """The same, at another page, with more pages done."""
        return self.model_copy(update={"at": name, "done": tuple(dict.fromkeys((*self.done, *done)))})

    def values(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the fields come to, by key: what is right by itself, and what is not."""
        right: dict[str, Any] = {}
        wrong: dict[str, Any] = {}
        for key in asked_keys():
            if key.full in self.typed:
                value = value_of(key, self.typed[key.full])
                (right if fits(key.annotation, value) else wrong)[key.full] = value
        return right, wrong


def asked_keys() -> list[Key]:
    """The keys that a wizard may ask: all that stand in a section."""
    return [key for key in keys() if key.section]


def draft_of(answers: Answers) -> Draft:
    """A draft whose fields hold these answers."""
    typed = {}
    for key in asked_keys():
        value = getattr(getattr(answers, key.section), key.name)
        if value != key.default:
            typed[key.full] = text_of(value)
    return Draft(typed=typed, asked=answers.ask)


def read_draft(text: str | None) -> Draft | None:
    """A draft that was kept; None where there is none, or one of another version."""
    if text is None:
        return None
    try:
        draft = Draft.model_validate_json(text)
    except ValidationError:
        return None
    known = {key.full for key in asked_keys()}
    return draft if known.issuperset(draft.typed) else None


def written_draft(draft: Draft) -> str:
    """A draft as it is kept, with the time; of secrets only that there were some."""
    secrets = {key.full for key in asked_keys() if key.secret}
    typed = {name: FORGOTTEN if name in secrets else text for name, text in draft.typed.items()}
    return draft.model_copy(update={"kept": now(), "typed": typed}).model_dump_json()


def default_text(key: Key) -> str:
    """The text of a field that was left alone."""
    return text_of(key.default)


def text_of(value: Any) -> str:
    """A value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        texts = [text_of(each) for each in value]
        return (", " if any(" " in text for text in texts) else " ").join(texts)
    return value if isinstance(value, str) else written_value(value)


def value_of(key: Key, text: str) -> Any:
    """What the text of a field means; an empty one is the default, where it is not one of several options."""
    text = text if key.secret else text.strip()
    if of := item(key.annotation):
        pieces = text.split(",") if any(" " in str(each) for each in examples(of)) else text.split()
        return tuple(" ".join(piece.split()) for piece in pieces if piece.strip())
    if not text and len(literals(key.annotation)) < SEVERAL:
        return key.default
    if bool in kinds(key.annotation) and text in TRUTH:
        return TRUTH[text]
    if int in kinds(key.annotation) and text.isdecimal() and text.isascii() and len(text) < 10:
        return int(text)
    return text
