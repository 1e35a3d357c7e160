"""Scores of results: distances of a painting from its style and from its photo. Lower is better."""
