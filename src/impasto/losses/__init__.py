"""Losses: pure functions of features and targets. One idea a file; none of them knows a network."""
