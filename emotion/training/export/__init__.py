"""From the weights of a run to the file that is served."""
