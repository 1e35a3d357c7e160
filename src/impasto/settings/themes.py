"""Colour themes by name, and the colour combinations of emotions.

Everything here is chosen by eye, after the idea of Kobayashi's scale ("Color Image Scale"): an emotion is not
one colour but combinations of three, between warm and cool, soft and hard. The values are our own; none is
from a published table.
"""

from __future__ import annotations

EMOTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "joyful": (
        ("#f6b83c", "#ef6f4d", "#5bb7d9"),
        ("#f9d44c", "#8cc657", "#f08fb0"),
        ("#ff9a3d", "#ffe9a8", "#3fa7a0"),
    ),
    "romantic": (
        ("#eba3b8", "#b583b8", "#f7dccb"),
        ("#e37f9b", "#f3c3b5", "#9d83c4"),
        ("#d493c0", "#f2cfd0", "#8a9dd0"),
    ),
    "tender": (
        ("#f4c9ac", "#ee9f94", "#c5dcb8"),
        ("#f2c1c9", "#f3dfae", "#b3d3cf"),
        ("#efb6a0", "#e3cfe2", "#f2e2b4"),
    ),
    "dreamy": (
        ("#a996e3", "#f0b0d4", "#8fd3e6"),
        ("#8fa5ea", "#d9b3ee", "#f6cfc0"),
        ("#7fc4d8", "#b79fe0", "#f2d9ea"),
    ),
    "serene": (
        ("#8fc3d2", "#d6e6d8", "#5a93b5"),
        ("#a9cd9d", "#e8ecc8", "#68abae"),
        ("#a9bde3", "#e9e6da", "#7097c6"),
    ),
    "fresh": (
        ("#79c444", "#e2f3bd", "#2fb1a8"),
        ("#a5da4c", "#cfeef2", "#35a4de"),
        ("#ffd84a", "#64c26a", "#d5f0df"),
    ),
    "natural": (
        ("#7b9147", "#d8c38a", "#8c6639"),
        ("#97a95c", "#e6d9ae", "#557a4f"),
        ("#a98b4c", "#c9cf9c", "#5f7a63"),
    ),
    "cosy": (
        ("#c96f30", "#f2c883", "#7d3524"),
        ("#b5532f", "#e9b872", "#8a6b3a"),
        ("#d98a4e", "#f3d8ab", "#8f3b3b"),
    ),
    "nostalgic": (
        ("#b98650", "#e7d0a0", "#6f4f39"),
        ("#a8744a", "#d8c397", "#778a72"),
        ("#c39660", "#eedcb6", "#4f6470"),
    ),
    "elegant": (
        ("#8f6f94", "#d2bfcb", "#4b3d58"),
        ("#a88474", "#e0cdbd", "#5d5068"),
        ("#6f7fa0", "#cdc6d8", "#7d5c72"),
    ),
    "melancholic": (
        ("#4f678a", "#8898ab", "#2b384f"),
        ("#646a96", "#9f9bb8", "#382f57"),
        ("#466674", "#8da3a0", "#27343d"),
    ),
    "mysterious": (
        ("#43297a", "#146d72", "#9276c8"),
        ("#262f74", "#6a3c8c", "#349690"),
        ("#173f55", "#6d4594", "#b8963c"),
    ),
    "passionate": (
        ("#c8182b", "#f4781a", "#5a0d2a"),
        ("#dc2250", "#ffae24", "#64123c"),
        ("#b80f2a", "#ec5424", "#3a1226"),
    ),
    "dramatic": (
        ("#1a2150", "#cc2438", "#edb23c"),
        ("#0f3a52", "#e0662a", "#f0d08a"),
        ("#2d1645", "#d43a6a", "#5fb4c9"),
    ),
    "cold": (
        ("#2569b3", "#9fd4f0", "#dcecf2"),
        ("#2f86a8", "#b9dbe6", "#3d4f8f"),
        ("#5a8fd0", "#c6dcf2", "#4aa3a8"),
    ),
}
"""Emotion -> its combinations of three colours; the one that fits the photo best is taken."""

THEMES: dict[str, tuple[str, ...]] = {
    "autumn": ("#c4561d", "#e3a72f", "#7a2f1d", "#8a8a3a"),
    "cyanotype": ("#123a6b", "#4f86b8", "#e4edf0"),
    "desert": ("#d9a066", "#b5573c", "#efd9b0", "#6d8a96"),
    "forest": ("#2f5d3a", "#7f9c4a", "#c9c58a", "#5a4630"),
    "neon": ("#ff2bb5", "#19d3f3", "#7a2bff", "#e8ff3a"),
    "ocean": ("#0d4f7c", "#2f9fb5", "#9fdcd3", "#eadfb8"),
    "pastel": ("#f2b3c0", "#b3d9ea", "#f5e3a3", "#bfe0b5", "#cdb8e6"),
    "sepia": ("#4a3020", "#a67c4e", "#f0e0c0"),
    "sunset": ("#f26b3a", "#f9b54c", "#b8366f", "#4a2f7a"),
    "teal-orange": ("#127a86", "#f2924a", "#0f3440"),
}
"""Theme -> two to five colours."""
