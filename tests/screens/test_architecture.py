"""What the wizard may not do, and what may not need it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCREENS = sorted([*(ROOT / "screens").glob("*.py"), *(ROOT / "plain").glob("*.py")])


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_screens_open_no_files_and_run_no_commands(path: Path) -> None:
    tree = ast.parse(path.read_text())
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    methods = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"open", "exec", "eval", "compile", "__import__"}
    assert not methods & {"read_text", "read_bytes", "write_text", "write_bytes", "system", "popen", "unlink"}


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


def test_the_wizard_loads_no_openssl_and_a_web_address_finds_it_all_the_same() -> None:
    look = "import sys; from screens.start import load_launch; load_launch(); print('_ssl' in sys.modules)"
    look += "; print('_hashlib' in sys.modules)"
    later = "import urllib.request; print(hasattr(urllib.request, 'HTTPSHandler'))"
    done = subprocess.run([sys.executable, "-c", f"{look}; {later}"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False", "True"], done.stderr


@pytest.mark.parametrize("verb", ["schema", "plan", "apply", "verify", "rollback", "status", "facts"])
def test_no_verb_but_the_wizard_needs_textual(verb: str) -> None:
    code = (
        "import sys; sys.modules['textual'] = sys.modules['screens'] = None\n"
        "from installer import verbs, __main__\n"
        f"assert callable(verbs.{verb})\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'rich']"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
