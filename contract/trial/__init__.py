"""A trial: what a clause receives. The subject, the world of the evidence at hand, and the story being told."""

from contract.trial._trial import TELLS_OF_ANY_SYNC as TELLS_OF_ANY_SYNC
from contract.trial._trial import Answer as Answer
from contract.trial._trial import Told as Told
from contract.trial._trial import Trial as Trial
from contract.trial._trial import Variant as Variant
from contract.trial.history import RunsHistory as RunsHistory
from contract.trial.history import SyncHistory as SyncHistory
from contract.trial.incremental import Run as Run
from contract.trial.incremental import Runs as Runs
from contract.trial.incremental import behind_a_run as behind_a_run
from contract.trial.incremental import host_zone as host_zone
from contract.trial.incremental import instant_text as instant_text
from contract.trial.incremental import problem_of as problem_of
from contract.trial.piped_history import MODES as MODES
from contract.trial.piped_history import PipelineHistory as PipelineHistory
from contract.trial.pipeline import Piped as Piped
from contract.trial.pipeline import judge_piped as judge_piped
from contract.trial.story import short as short
from contract.trial.wording import chain_of as chain_of
from contract.trial.wording import difference as difference
from contract.trial.wording import shown as shown
from contract.trial.world import World as World
from contract.trial.world import page_sizes as page_sizes

__all__ = [
    "MODES",
    "TELLS_OF_ANY_SYNC",
    "Answer",
    "Piped",
    "PipelineHistory",
    "Run",
    "Runs",
    "RunsHistory",
    "SyncHistory",
    "Told",
    "Trial",
    "Variant",
    "World",
    "behind_a_run",
    "chain_of",
    "difference",
    "host_zone",
    "instant_text",
    "judge_piped",
    "page_sizes",
    "problem_of",
    "short",
    "shown",
]
