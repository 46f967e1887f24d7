"""The workflows as Mermaid diagrams, and their page in docs/."""

from __future__ import annotations

import re
from pathlib import Path

from electsys.workflow.engine import ALL, Workflow
from electsys.workflow.transitions import Transition

BEGIN = "<!-- workflows: begin (flask workflow diagram --write) -->"
END = "<!-- workflows: end -->"


def mermaid(workflow: Workflow) -> str:
    """One workflow as a Mermaid state diagram: action, permission, stage and guard on each edge."""
    lines = ["stateDiagram-v2"]
    targets = {t.target for t in workflow.transitions}
    sources = {t.source for t in workflow.transitions}
    lines += [f'    state "{workflow.state_label(s)}" as {_name(s)}' for s in workflow.states]
    lines += [f"    [*] --> {_name(s)}" for s in workflow.states if s not in targets]
    lines += [f"    {_name(t.source)} --> {_name(t.target)}: {_edge(t)}" for t in workflow.transitions]
    lines += [f"    {_name(s)} --> [*]" for s in workflow.states if s not in sources]
    return "\n".join(lines)


def _name(state: str) -> str:
    return re.sub(r"\W", "_", state)


def _edge(t: Transition) -> str:
    marks = [t.permission.replace(":", ".") if t.permission else "by event"]
    marks += [f"stage {t.stage}"] if t.stage else []
    marks += ["guarded"] if t.guard is not None else []
    marks += ["reason"] if t.reason else []
    marks += [f"document {t.document}"] if t.document else []
    return f"{t.action} ({', '.join(marks)})"


def page() -> str:
    """All registered workflows, one heading each, in the order of their names."""
    parts = [
        f"## {name}\n\nTable `{w.model.__tablename__}`, column `{w.column}`.\n\n"
        f"```mermaid\n{mermaid(w)}\n```\n"
        for name, w in sorted(ALL.items())
    ]
    return "\n".join(parts)


def write(path: Path) -> None:
    """Put the diagrams between the markers of ``path``; what stands around them stays."""
    text = path.read_text(encoding="utf-8") if path.exists() else f"# Workflows\n\n{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{page()}\n{END}{after}", encoding="utf-8")
