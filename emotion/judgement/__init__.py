"""What measurements say over time: pure arithmetic, the one part of `emotion` that pages import."""
