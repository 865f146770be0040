"""The JSON Schema of answer files, for editors and for programs that write answers."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from installer.answers import Answers
from installer.keys import sections


class Untitled(GenerateJsonSchema):
    """A schema whose keys have no titles made from their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Descriptions say more."""
        return False


def schema() -> str:
    """The schema as JSON text."""
    return json.dumps(document(), indent=2) + "\n"


def document() -> dict[str, Any]:
    """The schema, whole, with each section in its place."""
    made = Answers.model_json_schema(schema_generator=Untitled)
    definitions = made.pop("$defs")
    for name, model in sections().items():
        section = definitions[model.__name__] | {"title": f"[{name}]"}
        section["properties"] = {key: without_null(each) for key, each in section["properties"].items()}
        made["properties"][name] = section
    made["properties"] = {key: without_null(each) for key, each in made["properties"].items()}
    return {"$schema": GenerateJsonSchema.schema_dialect} | made | {"title": "An answer file of xenstrap"}


def without_null(key: dict[str, Any]) -> dict[str, Any]:
    """The schema of a key that may be left out: TOML knows no null."""
    kept = [each for each in key.get("anyOf", ()) if each != {"type": "null"}]
    if len(kept) == len(key.get("anyOf", ())):
        return key
    outer = {name: each for name, each in key.items() if name not in ("anyOf", "default")}
    return (kept[0] if len(kept) == 1 else {"anyOf": kept}) | outer
