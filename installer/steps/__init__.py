"""The steps, in the order in which they are planned and applied: the machine could be restarted after each."""

from installer.stage import Stage
from installer.steps.base import Step
from installer.steps.boot import BootStep
from installer.steps.bridge import BridgeStep
from installer.steps.cpus import CpusStep
from installer.steps.guests import GuestsStep
from installer.steps.hooks import HooksStep
from installer.steps.hvm import HvmStep
from installer.steps.memory import MemoryStep
from installer.steps.packages import PackagesStep
from installer.steps.passthrough import PassthroughStep
from installer.steps.serial import SerialStep
from installer.steps.start import StartStep
from installer.steps.storage import StorageStep
from installer.steps.toolstack import ToolstackStep
from installer.steps.trial import TrialStep

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
    HooksStep(),
    TrialStep(),
    StartStep(),
)


def steps_at(stage: Stage) -> tuple[Step, ...]:
    """The steps, aware of how the trial stands."""
    return tuple(step.at(stage) for step in STEPS)
