"""What the commands anticipate: errors whose text is for the person at the terminal."""


class TrainingError(Exception):
    """Something cannot be done as asked; the message says why and what to do."""


class DataError(TrainingError):
    """The data is missing, incomplete or damaged; the message says where, how, and what to do."""
