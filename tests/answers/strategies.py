"""Answers of every kind, made from the models themselves."""

from ipaddress import IPv6Address
from typing import Any, Literal, get_origin

import annotated_types
from hypothesis import strategies as st

from installer.answer_types import IPV6, IPV6_PREFIX
from installer.answers import Answers
from installer.keys import field_infos, fits, item, keys, parts, sections
from installer.keys import literals as named


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value that an annotation allows."""
    return st.one_of(*(alternative(part) for part in parts(annotation)))


def alternative(part: Any) -> st.SearchStrategy[Any]:
    """Any value of one alternative."""
    if get_origin(part) is Literal:
        return st.sampled_from(named(part))
    if part is bool:
        return st.booleans()
    if get_origin(part) is tuple:
        return st.lists(values(item(part)), max_size=4).map(tuple)
    if pattern := pattern_of(part):
        return texts(pattern).filter(lambda text: fits(part, text))
    limits = field_infos(part)[0].metadata
    low = next(each.ge for each in limits if isinstance(each, annotated_types.Ge))
    high = next(each.le for each in limits if isinstance(each, annotated_types.Le))
    return st.integers(low, high)  # type: ignore[arg-type]


def texts(pattern: str) -> st.SearchStrategy[str]:
    """Texts of a pattern; of the IPv6 ones, which allow more than addresses, addresses."""
    addresses = st.integers(0, 2**128 - 1).map(IPv6Address).map(str)
    if pattern == IPV6:
        return addresses
    if pattern == IPV6_PREFIX:
        return st.builds("{}/{}".format, addresses, st.integers(1, 128))
    return st.from_regex(pattern, fullmatch=True)


def pattern_of(part: Any) -> str | None:
    """The pattern that a kind of text has."""
    return next(
        (each.pattern for info in field_infos(part) for each in info.metadata if hasattr(each, "pattern")), None
    )


def answers() -> st.SearchStrategy[Answers]:
    """Any answers that the models allow, contradictions among them."""
    tables = {
        section: st.fixed_dictionaries(
            {}, optional={key.name: values(key.annotation) for key in keys() if key.section == section}
        )
        for section in ("", *sections())
    }
    top = tables.pop("")
    return st.builds(lambda head, below: Answers(**head, **below), top, st.fixed_dictionaries(tables))
