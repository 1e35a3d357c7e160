"""Other people's trained networks, rebuilt from descriptions, to compare with."""
