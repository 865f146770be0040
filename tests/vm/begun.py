"""A Debian on which xenstrap was started before: what its launcher fetches was fetched at the host's own speed."""

from pathlib import Path

LAUNCHER = Path(__file__).resolve().parent.parent.parent / "xenstrap"
PLACE = "opt/first-start"
BEGUN_FILES = {
    f"{PLACE}/xenstrap": LAUNCHER.read_text(),
    **{f"{PLACE}/{package}/__init__.py": "" for package in ("installer", "plain", "screens", "textual_serial")},
    f"{PLACE}/installer/__main__.py": "",
}
BEGIN = (f"/{PLACE}/xenstrap --version", f"/{PLACE}/xenstrap", f"rm -r /{PLACE}")
"""The launcher itself, with a program that does nothing behind it: once for the verbs, and once for the wizard."""
