"""What the commands anticipate: errors whose text is for the person at the terminal."""

LACKING = (
    "which this environment lacks: `make train-packages` installs it into .venv-train, whose"
    " .venv-train/bin/python runs every command"
)
"""What to say where Keras is needed."""


class TrainingError(Exception):
    """Something cannot be done as asked; the message says why and what to do."""


class DataError(TrainingError):
    """The data is missing, incomplete or damaged; the message says where, how, and what to do."""
