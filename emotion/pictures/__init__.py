"""Pictures and recordings read from files: every face of each, as tables."""
