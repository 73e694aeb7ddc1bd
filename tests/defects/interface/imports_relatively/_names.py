"""What the connector imports."""

CHECKED = {"limit": 1}
