"""What stands beside each answer file; `python -m tests.answers.golden` writes it anew, to be read before a commit."""

import json
from pathlib import Path

from installer.answer_file import parse_answers
from installer.faults import WrongAnswersError

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").glob("*.toml"))
BAD = sorted((HERE / "bad").glob("*.toml"))


def said(path: Path) -> str:
    """What is said about a file: its answers as far as they are no defaults, as JSON, or its faults."""
    try:
        file = parse_answers(path.read_bytes().decode("utf-8-sig"), path.name)
    except WrongAnswersError as error:
        return error.fact + "\n"
    return json.dumps(file.answers.model_dump(mode="json", exclude_defaults=True), indent=2) + "\n"


if __name__ == "__main__":
    for each in (*GOOD, *BAD):
        each.with_suffix(".json" if each in GOOD else ".err").write_text(said(each), encoding="utf-8")
