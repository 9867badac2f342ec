"""How well a network reads, and how far that can be believed: arithmetic without a training library."""
