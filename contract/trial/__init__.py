"""A trial: what a clause receives. The subject, the world of the evidence at hand, and the story being told."""

from contract.trial._trial import Answer as Answer
from contract.trial._trial import Told as Told
from contract.trial._trial import Trial as Trial
from contract.trial._trial import Variant as Variant
from contract.trial._trial import shown as shown
from contract.trial.incremental import Run as Run
from contract.trial.incremental import Runs as Runs
from contract.trial.incremental import host_zone as host_zone
from contract.trial.world import World as World
from contract.trial.world import page_sizes as page_sizes

__all__ = ["Answer", "Run", "Runs", "Told", "Trial", "Variant", "World", "host_zone", "page_sizes", "shown"]
