"""Aggregates, charts, files and pages made from what a lesson left behind."""
