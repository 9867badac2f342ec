"""A run, from its configuration to the weights that it keeps."""
