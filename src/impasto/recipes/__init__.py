"""What can be made: one task on still pictures a file."""
