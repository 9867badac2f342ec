"""Aggregates, charts, exports and pages made from what a lesson left behind."""
