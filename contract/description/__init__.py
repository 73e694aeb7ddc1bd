"""contract.yml as immutable models; no behaviour."""
