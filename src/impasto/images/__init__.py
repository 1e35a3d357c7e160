"""Pixels, no networks: pictures in and out, sizes, contact sheets, animations."""
