"""Simulated students: rendered cameras, everything after the camera as for anybody."""
