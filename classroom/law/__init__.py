"""What the law says of reading pictures of students, as data: `rules.toml`. Plain Python."""

from functools import cache
from pathlib import Path

from classroom.law.reader import BadRules, read_rules
from classroom.law.values import Age, Finding, Rule, Rules, Source, Verdict

__all__ = ["Age", "BadRules", "Finding", "Rule", "Rules", "Source", "Verdict", "current", "read_rules"]

FILE = Path(__file__).with_name("rules.toml")


@cache
def current() -> Rules:
    """The rules that hold today. Raises BadRules."""
    return read_rules(FILE)
