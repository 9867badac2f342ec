"""Labelled faces from files: three layouts, one value, and the rows that a fair run leaves out."""
