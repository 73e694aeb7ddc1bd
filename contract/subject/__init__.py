"""The connector under test, as bizon drives it. Knows bizon, knows no simulation."""
