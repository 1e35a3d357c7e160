"""Numbers for results: how far a painting is from its style and from its photo. Lower is better."""
