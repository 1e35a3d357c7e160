"""Many pictures: rows of a manifest or a set of photos, painted here, by several processes, or by Ray."""
