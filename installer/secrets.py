"""Taking secrets out of texts that leave the machine: by their form, and by the names that they go under."""

import json
import re
from collections.abc import Collection
from typing import Any

TAKEN = "(taken out)"
# Not "pass" alone within a word: passthrough and passed are none.
NAME = (
    r"[\w.-]*(?:pass(?:word|phrase|wd|code)|psk|secret|token|(?:private|preshared|pre-shared|api|wep|wireless|session)"
    r"[-_ ]?key|credential|authorization|cookie)[\w.-]*"
)
BLOCK = re.compile(r"-----BEGIN [^-\n]*PRIVATE KEY[^-\n]*-----.*?(?:-----END [^-\n]*-----|\Z)", re.DOTALL)
HASH = re.compile(r"\$(?:[0-9][a-z]?|2[abxy]|y|gy|sha1|apr1|argon2\w*|scrypt)\$[^\s:\"']+|grub\.pbkdf2\.\S+")
SHADOW = re.compile(r"^([a-z_][\w.-]*:)[^:\s*!][^:\s]+(:\d*:\d*:\d*:\d*:)", re.MULTILINE)
ASSIGNED = rf"{NAME}[\"']?[ \t]*[=:][ \t]*"
WHOLE_LINE = re.compile(rf"^([ \t#;]*(?:set |export )?[\"']?{ASSIGNED})\S.*$", re.MULTILINE | re.IGNORECASE)
BY_BLANK = re.compile(rf"^([ \t]*(?:{NAME})(?:[ \t]+\w+)??[ \t]+)\S+$", re.MULTILINE | re.IGNORECASE)
WITHIN = re.compile(rf"((?:^|[^\w.-]){ASSIGNED})(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&]+)", re.IGNORECASE)
OPTION = re.compile(rf"(\s--?{NAME}[= ])\S+", re.IGNORECASE)
BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}")
ADDRESS = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s@]+@")
IS_NAME = re.compile(NAME, re.IGNORECASE)


def without_secrets(text: str, known: Collection[str] = ()) -> str:
    """A text without secrets; `known` are further ones, each by itself."""
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(secret, TAKEN)
    text = BLOCK.sub(f"(private key) {TAKEN}", text)
    text = HASH.sub(TAKEN, text)
    text = SHADOW.sub(rf"\1{TAKEN}\2", text)
    text = ADDRESS.sub(rf"\1{TAKEN}@", text)
    text = BEARER.sub(rf"\1 {TAKEN}", text)
    for form in (WHOLE_LINE, BY_BLANK, WITHIN, OPTION):
        text = form.sub(rf"\1{TAKEN}", text)
    return text


def lines_without_secrets(text: str, known: Collection[str] = ()) -> str:
    """The same for JSON lines, in whose texts line ends and quotes are escaped; what is no JSON is taken as text."""
    return "".join(f"{json_line(line, known)}\n" for line in text.splitlines())


def json_line(line: str, known: Collection[str]) -> str:
    """One line of JSON without secrets."""
    try:
        return json.dumps(cleaned(json.loads(line), known))
    except ValueError:
        return without_secrets(line, known)


def cleaned(value: Any, known: Collection[str]) -> Any:
    """Plain data without secrets: texts by their form, and what stands beside or under a secret's name."""
    if isinstance(value, str):
        return without_secrets(value, known)
    if isinstance(value, dict):
        return {key: TAKEN if hides(key, each) else cleaned(each, known) for key, each in value.items()}
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and hides(*value):
            return [value[0], TAKEN]
        return [cleaned(each, known) for each in value]
    return value


def hides(name: str, value: Any) -> bool:
    """Whether a value goes under the name of a secret."""
    return isinstance(value, (str, list)) and bool(value) and bool(IS_NAME.fullmatch(name))
