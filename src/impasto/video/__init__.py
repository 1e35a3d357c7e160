"""Videos: frames written as MP4."""
