"""The networks that can be trained, what they cost, and what their authors claim for them."""
