"""Trained weights: records of published files, fetching and reading them."""
