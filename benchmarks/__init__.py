"""How fast the product is on this machine. Runs on servers and rows of its own, as the tests do."""
