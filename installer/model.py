"""Frozen data with every key known: the base of answers, facts, findings and resources."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen record that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")
