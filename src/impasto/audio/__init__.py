"""Sound in the style of another: files, spectrograms and random features, measures, and the run itself."""
