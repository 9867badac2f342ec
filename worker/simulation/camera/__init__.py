"""The rendered cameras of simulated students: portraits, and the clips that are filmed of them."""
