"""Exits with 1 at the first broken clause of the Acme contract, `must` or `should`: the test of a mutation tester.

What takes over a minute of processor time exits with 1, too: the clock of the contract is virtual, so a connector that
hangs computes.
"""

import os
import resource
import signal
import sys

from contract.errors import UsageError
from contract.judge import run
from contract.results import Judged, Outcome

LONGEST = 60
"""Seconds of processor time, of which the whole contract takes some ten."""


def too_long(number: int, frame: object) -> None:
    os.write(1, f"over {LONGEST} s of processor time\n".encode())
    os._exit(1)


def main() -> int:
    signal.signal(signal.SIGXCPU, too_long)
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST + 10))
    try:
        for event in run(["acme_connector/contract.yml"], profile="quick"):
            if isinstance(event, Judged) and event.result.outcome in (Outcome.FAILED, Outcome.ERROR):
                print(event.result.name, event.result.message)
                return 1
    except UsageError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
