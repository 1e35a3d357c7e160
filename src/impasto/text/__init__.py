"""Prose in an author's manner: statistics of a style, matched by changes that keep the meaning."""
