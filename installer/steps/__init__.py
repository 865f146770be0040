"""The steps, in the order in which they are planned and applied: the machine could be restarted after each."""

from installer.steps.base import Step
from installer.steps.boot import BootStep
from installer.steps.bridge import BridgeStep
from installer.steps.cpus import CpusStep
from installer.steps.guests import GuestsStep
from installer.steps.hvm import HvmStep
from installer.steps.memory import MemoryStep
from installer.steps.packages import PackagesStep
from installer.steps.passthrough import PassthroughStep
from installer.steps.serial import SerialStep
from installer.steps.start import StartStep
from installer.steps.storage import StorageStep
from installer.steps.toolstack import ToolstackStep

STEPS: tuple[Step, ...] = (
    HvmStep(),
    BootStep(),
    MemoryStep(),
    CpusStep(),
    SerialStep(),
    PackagesStep(),
    StorageStep(),
    ToolstackStep(),
    GuestsStep(),
    PassthroughStep(),
    BridgeStep(),
    StartStep(),
)
