"""The engine of every optimised picture; no task's name occurs in it."""
