"""How this host reaches PyPI: guests trust the same authorities and use the same index."""

import os
import subprocess
from pathlib import Path

LOCAL_AUTHORITIES = Path("/usr/local/share/ca-certificates")
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
CARRIED_OVER = ("index-url", "extra-index-url", "trusted-host", "timeout", "retries")


def local_authorities() -> dict[str, str]:
    """Read the certificates that the host's owner trusts besides Debian's."""
    return {f"{path}".lstrip("/"): path.read_text() for path in sorted(LOCAL_AUTHORITIES.glob("*.crt"))}


def pip_configuration() -> dict[str, str]:
    """Write /etc/pip.conf for a guest where the host needs one, without anything that only the host can reach."""
    lines = [f"{key} = {value}" for key in CARRIED_OVER if (value := _setting(key)) and "file:" not in value]
    if local_authorities():
        lines.append(f"cert = {BUNDLE}")
    return {"etc/pip.conf": "\n".join(["[global]", *lines, ""])} if lines else {}


def _setting(key: str) -> str | None:
    if value := os.environ.get("PIP_" + key.upper().replace("-", "_")):
        return value
    asked = ["python3", "-m", "pip", "config", "get", f"global.{key}"]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True)
    return answer.stdout.strip() or None
