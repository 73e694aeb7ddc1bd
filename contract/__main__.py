"""``python -m contract``: the command."""

from contract.cli.main import main

main()
