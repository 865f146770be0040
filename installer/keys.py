"""The keys of an answer file, read off the models: what each may be, for errors, the example and the reference page."""

import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

import annotated_types
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from installer.answers import Answers
from installer.answers_install import SECRET
from installer.model import Model
from installer.toml_write import written_value


class Key(NamedTuple):
    """One key; its section is "" where it stands above the first section."""

    section: str
    name: str
    annotation: Any
    default: Any
    description: str
    examples: tuple[Any, ...]

    @property
    def full(self) -> str:
        """The key as findings name it: "memory.dom0"."""
        return f"{self.section}.{self.name}" if self.section else self.name

    @property
    def secret(self) -> bool:
        """Whether it holds the hash of a password, or a passphrase: it is typed unseen."""
        return is_secret(self.annotation)

    @property
    def hashed(self) -> bool:
        """Whether it holds the hash of what is typed for it."""
        return self.secret and self.name.endswith("password")

    @property
    def example(self) -> Any:
        """A value that may stand here, for a key that has none by default."""
        return self.examples[0] if self.examples else examples(self.annotation)[0]


@cache
def sections() -> dict[str, type[Model]]:
    """The sections by name, in the order of the models."""
    annotations = {name: field.annotation for name, field in Answers.model_fields.items()}
    return {name: model for name, model in annotations.items() if isinstance(model, type) and issubclass(model, Model)}


@cache
def keys() -> tuple[Key, ...]:
    """Every key, those above the first section first."""
    tops = [key for key in keys_of("", Answers) if key.name not in sections()]
    return (*tops, *(key for name, model in sections().items() for key in keys_of(name, model)))


def keys_of(section: str, model: type[Model]) -> Iterator[Key]:
    """The keys of one model."""
    annotations = typing.get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        shown = tuple(field.examples or ())
        yield Key(section, name, annotations[name], field.default, field.description or "", shown)


def parts(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, None left out."""
    if get_origin(annotation) in (typing.Union, types.UnionType):
        for part in get_args(annotation):
            yield from parts(part)
    elif annotation is not type(None):
        yield annotation


def field_infos(annotation: Any) -> list[FieldInfo]:
    """What `Field` says in an Annotated type."""
    return [each for each in get_args(annotation)[1:] if isinstance(each, FieldInfo)]


def is_secret(annotation: Any) -> bool:
    """Whether a value may be shown to nobody."""
    return any(info.json_schema_extra == SECRET for part in parts(annotation) for info in field_infos(part))


def without_secrets(answers: Answers) -> Answers:
    """The answers without what is kept nowhere but in an answer file."""
    for key in keys():
        if key.secret:
            section = getattr(answers, key.section).model_copy(update={key.name: key.default})
            answers = answers.model_copy(update={key.section: section})
    return answers


def literals(annotation: Any) -> list[Any]:
    """The values that an annotation names one by one."""
    return [value for part in parts(annotation) if get_origin(part) is Literal for value in get_args(part)]


def examples(annotation: Any) -> list[Any]:
    """Values that the types in an annotation give as examples."""
    return [each for part in parts(annotation) for info in field_infos(part) for each in info.examples or ()]


def kinds(annotation: Any) -> set[type]:
    """The plain types that an annotation allows: str, int, bool, tuple."""
    others = (plain(part) for part in parts(annotation) if get_origin(part) is not Literal)
    return {type(value) for value in literals(annotation)} | {get_origin(part) or part for part in others}


def plain(part: Any) -> Any:
    """The type below an Annotated one."""
    return get_args(part)[0] if field_infos(part) else part


def item(annotation: Any) -> Any:
    """The annotation of a list's items; None for what is no list."""
    return next((get_args(part)[0] for part in parts(annotation) if get_origin(part) is tuple), None)


def allowed(annotation: Any) -> str:
    """What may stand here, in words."""
    words = [written_value(value) for value in literals(annotation)]
    for part in parts(annotation):
        words += [] if get_origin(part) is Literal else ["true", "false"] if part is bool else [in_words(part)]
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def in_words(part: Any) -> str:
    """One alternative in words: a list, the description of its type, or a range of numbers."""
    if get_origin(part) is tuple:
        return f"a list; each item is {allowed(item(part))}"
    info, *_ = field_infos(part)
    if info.description:
        return info.description
    low = next(each.ge for each in info.metadata if isinstance(each, annotated_types.Ge))
    high = next(each.le for each in info.metadata if isinstance(each, annotated_types.Le))
    return f"a whole number from {low} to {high}"


def fits(annotation: Any, value: Any) -> bool:
    """Whether the value may stand there."""
    try:
        adapter(annotation).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@cache
def adapter(annotation: Any) -> TypeAdapter[Any]:
    """The judge of one annotation."""
    return TypeAdapter(annotation)
