"""Simulated students over the product's own rules: how often a flag is wrong, how often one is missing."""
