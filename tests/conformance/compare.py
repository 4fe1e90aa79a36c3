"""What of two observations differs, and whether that is meant to be."""

import difflib
from dataclasses import dataclass, field

SAME, BY_DESIGN, WRONG = "same", "by design", "wrong"
LINES_SHOWN_MAX = 24


@dataclass
class Result:
    """How one scenario came out: `verdict`, and lines that tell why."""

    area: str
    name: str
    verdict: str
    lines: list = field(default_factory=list)
    reasons: list = field(default_factory=list)


def judge(area, name, wordpress, ours, differs):
    """Compares two observations, `{what: value}`. What differs must be named in `differs`, and what is named
    there must differ: a reason that has become untrue is as wrong as a difference without one."""
    different = [what for what in dict.fromkeys([*wordpress, *ours]) if wordpress.get(what) != ours.get(what)]
    lines = []
    for what in different:
        if what not in differs:
            lines += [f"{what}:", *_difference(wordpress.get(what), ours.get(what))]
    for what in differs:
        if what not in different:
            lines.append(f"{what}: is the same, though it is said to differ")
    if lines:
        return Result(area, name, WRONG, lines)
    verdict = BY_DESIGN if different else SAME
    return Result(area, name, verdict, reasons=list(dict.fromkeys(differs.values())))


def _difference(wordpress, ours):
    if isinstance(wordpress, list) and isinstance(ours, list):
        lines = [line for line in difflib.unified_diff(wordpress, ours, lineterm="", n=1) if line[:3] not in ("---", "+++")]
        lines = [f"    {line}" for line in lines if not line.startswith("@@")]
        more = len(lines) - LINES_SHOWN_MAX
        return lines[:LINES_SHOWN_MAX] + ([f"    … {more} more lines"] if more > 0 else [])
    return [f"    -{wordpress!r}", f"    +{ours!r}"]
