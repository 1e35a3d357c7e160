"""Feed-forward networks: one pass instead of an optimisation."""
