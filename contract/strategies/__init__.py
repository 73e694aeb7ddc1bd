"""All that Hypothesis draws, behind one facade."""

from contract.strategies.cases import Case as Case
from contract.strategies.cases import Limits as Limits
from contract.strategies.cases import RecordedSync as RecordedSync
from contract.strategies.cases import crossed as crossed
from contract.strategies.domains import Domain as Domain
from contract.strategies.domains import boundaries as boundaries
from contract.strategies.domains import empty as empty
from contract.strategies.domains import once as once
from contract.strategies.domains import page_count as page_count
from contract.strategies.domains import rich as rich
from contract.strategies.domains import second_page as second_page
from contract.strategies.domains import several as several
from contract.strategies.domains import variations as variations
from contract.strategies.histories import FAULTS as FAULTS
from contract.strategies.histories import Words as Words
from contract.strategies.histories import alone as alone
from contract.strategies.histories import argument as argument
from contract.strategies.histories import histories as histories
from contract.strategies.histories import kind as kind
from contract.strategies.histories import of_a_pipeline as of_a_pipeline
from contract.strategies.histories import of_a_sync as of_a_sync
from contract.strategies.histories import of_runs as of_runs
from contract.strategies.histories import pipelines as pipelines
from contract.strategies.profiles import EXAMPLES as EXAMPLES
from contract.strategies.profiles import SOAK as SOAK
from contract.strategies.profiles import explore as explore
from contract.strategies.records import ids_are_free_text as ids_are_free_text
from contract.strategies.records import records_of as records_of
from contract.strategies.saving import from_json as from_json
from contract.strategies.saving import to_json as to_json

__all__ = [
    "EXAMPLES",
    "FAULTS",
    "SOAK",
    "Case",
    "Domain",
    "Limits",
    "RecordedSync",
    "Words",
    "alone",
    "argument",
    "boundaries",
    "crossed",
    "empty",
    "explore",
    "from_json",
    "histories",
    "ids_are_free_text",
    "kind",
    "of_a_pipeline",
    "of_a_sync",
    "of_runs",
    "once",
    "page_count",
    "pipelines",
    "records_of",
    "rich",
    "second_page",
    "several",
    "to_json",
    "variations",
]
