"""Hostile input by the ten thousand: what is sent, what takes it, and what became of it (docs/hostile.md)."""
