"""Every exception that the toolkit raises on purpose, grouped by who must act.

ContractError
├── UsageError                     the person who typed the command, or wrote the file
│   ├── DocumentError              contract.yml is not what it should be: file, line, key, remedy
│   ├── UnknownNameError           a clause, stream or glob that matches nothing
│   └── SubjectLoadError           the connector's file, module, class or config
├── UndescribedHostError           the author of the description: the connector asked a host that is not described
├── HandlerError                   the author of the description: a handler of the API failed
├── UnrecordedRequestError         who recorded: the connector asked something that the recording does not hold
└── ToolkitError                   us: a defect of the toolkit or of a description it accepted

ClauseBroken (an AssertionError)   the author of the connector: a clause of the contract does not hold
NothingToJudge                     nobody: what the clause is about did not happen in this run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract.results import Failure


class ContractError(Exception):
    """Base of everything that is not a verdict."""


class UsageError(ContractError):
    """The call, the file or the import is wrong; exit status 2."""


class DocumentError(UsageError):
    """A contract.yml that cannot be used. The message names file, line, key and what would be right."""


class UnknownNameError(UsageError):
    """A clause id, stream or glob that matches nothing. The message suggests the nearest name."""


class SubjectLoadError(UsageError):
    """The connector cannot be imported, or its config does not validate."""


class UndescribedHostError(ContractError):
    """A request to a host that the description does not name: nothing simulated leaves the process."""


class HandlerError(ContractError):
    """A handler that the description names raised, or answered with what is no response."""


class UnrecordedRequestError(ContractError):
    """A request that a recording does not hold. The message names the nearest one that it does."""


class ToolkitError(ContractError):
    """A defect of the toolkit itself: reported as `error`, never as the connector's failure."""


class ClauseBroken(AssertionError):
    """A clause does not hold. Carries the failure as a value; its text is made by the reports."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class NothingToJudge(Exception):
    """What the clause is about did not happen: skipped with the reason, never passed."""
