"""Commands that never start."""

from pathlib import Path

import pytest

from installer.errors import HostError
from installer.host import Host


def test_a_command_that_the_kernel_does_not_start_is_named(tmp_path: Path) -> None:
    script = tmp_path / "no-first-line"
    script.write_text("exit 0\n")
    script.chmod(0o755)
    for start in (Host().query, Host().run, lambda *argv: list(Host().stream(*argv))):
        with pytest.raises(HostError, match=f"{script} cannot be started: Exec format error") as caught:
            start(str(script))
        assert "#!/bin/sh" in caught.value.hint
    with pytest.raises(HostError, match="no-such-program cannot be started: No such file"):
        list(Host().stream("no-such-program"))
