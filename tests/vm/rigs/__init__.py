"""Hardware by its name, and the machines that are captured on it (tests/vm/capture.py)."""

from tests.vm.rigs.hosts import HOSTS
from tests.vm.rigs.lives import LIVES
from tests.vm.rigs.rig import Rig

RIGS: dict[str, Rig] = LIVES | HOSTS
