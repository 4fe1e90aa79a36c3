"""The table that a conformance run prints: area by area how many scenarios are the same in WordPress and here, how
many differ by design, and how many are wrong. A design has a name and a reason in docs/compatibility.md."""

import re
from collections import Counter
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/compatibility.md"
SAME, BY_DESIGN, WRONG = "same", "differs by design", "wrong"


class Table:
    def __init__(self):
        self._areas = {}
        self._designs = Counter()

    def add(self, area, outcome, designs=()):
        self._areas.setdefault(area, Counter())[outcome] += 1
        if outcome == BY_DESIGN:
            self._designs.update(designs)

    def __str__(self):
        columns = (SAME, BY_DESIGN, WRONG)
        lines = ["", "| " + " | ".join(("area", *columns)) + " |", "| --- " * 4 + "|"]
        for area, counts in self._areas.items():
            lines.append("| " + " | ".join((area, *(str(counts[column]) for column in columns))) + " |")
        total = sum(self._areas.values(), Counter())
        lines.append("| **all** | " + " | ".join(str(total[column]) for column in columns) + " |")
        reasons = documented_reasons()
        lines += ["", "By design:"]
        lines += [f"- {name} ({count}): {reasons.get(name, 'NOT DOCUMENTED')}" for name, count in sorted(self._designs.items())]
        return "\n".join(lines)


def documented_reasons():
    """The list items `- **Name.** Reason` of docs/compatibility.md."""
    items = re.findall(r"^- \*\*(.+?)\.\*\* (.+?)(?=\n- |\n\n)", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    return {name: " ".join(reason.split()) for name, reason in items}
