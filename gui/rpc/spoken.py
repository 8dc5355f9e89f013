"""The node's reasons as the app says them: an option of a command is named as people call it."""

from msgspec.structs import replace

from bazaar.rpc.problems import Problem
from gui.texts import tr_or


def spoken(problem: Problem) -> Problem:
    """``problem`` with the name of its field in a person's words."""
    prefix = f"{problem.field}: "
    if not problem.field or not problem.words.startswith(prefix):
        return problem
    name = tr_or(f"field.{problem.field}", problem.field.replace("_", " "))
    return replace(problem, words=f"{name}: {problem.words.removeprefix(prefix)}")
