"""Exits with 1 at the first broken clause of the Acme contract, `must` or `should`: the test of a mutation tester."""

import sys

from contract.errors import UsageError
from contract.judge import run
from contract.results import Judged, Outcome


def main() -> int:
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
