"""What ends up in /etc, rendered from `templates/`: text only, every decision is taken before."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from installer.errors import XenstrapError

if TYPE_CHECKING:
    from jinja2 import Environment


def find_templates() -> Path:
    """The folder `templates`: beside the package in a checkout, else in `share/xenstrap`."""
    candidates = [
        Path(__file__).resolve().parent.parent / "templates",
        Path(sys.prefix) / "share/xenstrap/templates",
        Path("/usr/share/xenstrap/templates"),
    ]
    for candidate in candidates:
        if (candidate / "grub").is_dir():
            return candidate
    raise XenstrapError("the folder of templates is missing", f"looked in {', '.join(map(os.fspath, candidates))}")


@cache
def environment() -> Environment:
    """Jinja2 with every undefined name an error; imported only now: pages are shown long before a plan is drawn."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(find_templates()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def render(name: str, **values: object) -> str:
    """The text of a template with these values."""
    return environment().get_template(name).render(**values)
