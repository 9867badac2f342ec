"""The report on paper: what stands in it, and the program and template that set it."""
