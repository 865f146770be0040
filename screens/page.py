"""What a page of the wizard consists of, apart from any widget: its words, its fields, its picture."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from installer.answers import Answers
from installer.facts import Facts
from installer.keys import Key, item, keys, kinds, literals, parts
from screens.looks import Glyphs


def never(answers: Answers) -> bool:
    """What everybody is asked."""
    return False


def always(answers: Answers) -> bool:
    """What hardly anybody needs."""
    return True


def nowhere(facts: Facts) -> bool:
    """What is as rare on this machine as on any other."""
    return False


class Word(NamedTuple):
    """What a person reads about one key; a `rare` one is folded away until it is asked for, but on `usual` machines.

    Of the list of a `single` one the wizard asks for one item. `means` explains it, `wrong` says what comes of a
    wrong answer; `names` are the options as people call them.
    """

    label: str
    means: str = ""
    wrong: str = ""
    rare: Callable[[Answers], bool] = never
    usual: Callable[[Facts], bool] = nowhere
    names: Mapping[str, str] = {}
    single: bool = False


class Option(NamedTuple):
    """One thing to choose: the text that it puts into the field, and what people call it."""

    text: str
    label: str


class Field(NamedTuple):
    """How one key is asked: "tick", "one" or "many" of its options, "text", or "secret".

    With `other`, a text may be typed instead of an option.
    """

    key: Key
    word: Word
    kind: str
    options: tuple[Option, ...] = ()
    other: str = ""

    def options_with(self, text: str) -> list[Option]:
        """The options, and what else a text of this field chooses."""
        known = {option.text for option in self.options}
        return [*self.options, *(Option(each, each) for each in self.chosen(text) if each not in known)]

    def chosen(self, text: str) -> list[str]:
        """What a text of this field chooses."""
        return text.split() if self.kind == "many" else [text]


class Room(NamedTuple):
    """The room for a picture: its columns, and the lines of a large terminal in which it may say more."""

    width: int
    spare: int = 0


Picture = Callable[[Answers, Facts, Glyphs, Room], Sequence[str]]


class Page(NamedTuple):
    """One page: the sections whose keys it asks, the steps whose findings it shows, and a picture.

    `whole` is more of it than there is room for, to look at apart. `choose` gives what a machine has to choose from;
    `terms` explains words of the trade, for F1. `brief` is the sentence for a line on which each byte takes its time.
    With `some`, only those keys are asked that have words.
    """

    name: str
    title: str
    sentence: str
    sections: tuple[str, ...]
    steps: tuple[str, ...]
    words: Mapping[str, Word]
    terms: Mapping[str, str] = {}
    picture: Picture | None = None
    whole: Picture | None = None
    choose: Callable[[str, Facts], Sequence[Option]] = lambda key, facts: ()
    brief: str = ""
    some: bool = False

    @property
    def keys(self) -> list[Key]:
        """Its keys, in the order of its words."""
        order = list(self.words)
        own = [key for key in keys() if key.section in self.sections and (key.full in order or not self.some)]
        return sorted(own, key=lambda key: order.index(key.full) if key.full in order else len(order))

    @property
    def names(self) -> frozenset[str]:
        """The full names of its keys."""
        return frozenset(key.full for key in self.keys)

    def fields(self, facts: Facts) -> list[Field]:
        """How each key is asked on this machine."""
        words = {key: self.word(key) for key in self.keys}
        asked = {key: word._replace(rare=never) if word.usual(facts) else word for key, word in words.items()}
        return [make_field(key, word, tuple(self.choose(key.full, facts))) for key, word in asked.items()]

    def word(self, key: Key) -> Word:
        """What a person reads about a key; one without words of its own has its description."""
        return self.words.get(key.full, Word(key.name.replace("_", " ").capitalize(), key.description))


def make_field(key: Key, word: Word, choose: tuple[Option, ...]) -> Field:
    """The field of a key, from its type and from what the machine has to choose from."""
    named = [Option(text, word.names.get(text, text)) for text in texts_of(key)]
    if kinds(key.annotation) == {bool}:
        return Field(key, word, "tick")
    if key.secret:
        return Field(key, word, "secret")
    if choose:
        return Field(key, word, "many" if item(key.annotation) and not word.single else "one", choose)
    if len(named) < 2 or item(key.annotation):
        return Field(key, word, "text")
    free = any(kinds(part) & {str, int} and not literals(part) for part in parts(key.annotation))
    return Field(key, word, "one", tuple(named), "another" if free else "")


def texts_of(key: Key) -> list[str]:
    """The values that a key names one by one, as texts of a field."""
    named = [value if isinstance(value, str) else str(value).lower() for value in literals(key.annotation)]
    return named + (["true", "false"] if bool in kinds(key.annotation) else [])
