"""Scores of results: how far a painting is from its style and from its photo, and how clean it is."""
