"""What goes wrong before anything is read; once reading, a bad file is a value with its error."""


class CommandError(Exception):
    """Something that the person at the terminal can mend; the message says what and how."""


class SourceError(CommandError):
    """A path that names nothing to read."""


class TargetError(CommandError):
    """A table that cannot or must not be written."""


class JournalError(CommandError):
    """An unfinished run that this one cannot go on with."""


class ModelMissing(CommandError):
    """A model file is not there."""
