"""What goes wrong with labelled faces."""


class DataError(Exception):
    """The data is missing, incomplete or damaged; the message says where, how, and what to do."""
