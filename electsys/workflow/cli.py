"""``flask workflow``: the diagrams."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from config import ROOT
from electsys.workflow.diagram import page
from electsys.workflow.diagram import write as write_page

cli = AppGroup("workflow", help="States and transitions of every module.")


@cli.command("diagram")
@click.option("--write", is_flag=True, help="Write docs/workflows.md in place of printing.")
def diagram(write: bool) -> None:
    """Print every registered workflow as a Mermaid diagram."""
    if not write:
        click.echo(page())
        return
    path: Path = ROOT / "docs" / "workflows.md"
    write_page(path)
    click.echo(f"docs/{path.name}")
