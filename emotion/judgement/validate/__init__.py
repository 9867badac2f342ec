"""How well the rule of engagement agrees with people, on labelled pictures and on recordings, as numbers."""
