"""What people read: reports of a run. Imports results and errors only."""
