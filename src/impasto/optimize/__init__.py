"""The optimisation loop behind every result, and its parts."""
