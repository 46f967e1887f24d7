"""``flask demo create``: the election of 2024 with simulated people and forms, to look at and to load-test.

The ground floor sets up regions, the election and accounts; modules add what they show by :func:`step`.
Everything is synthetic, comes from a seed, and is skipped where it is there already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from electsys import identity
from electsys.db import as_owner, db
from electsys.elections.seed import seed_election
from electsys.ledger import Actor
from electsys.regions import loading
from electsys.web.catalogue import compile_all

ELECTION = "pemilu-2024"

#: Region prefix of each scale: what the modules simulate.
SCALES = {"kabupaten": "1201", "province": "12", "national": ""}


@dataclass
class Demo:
    """What a step may use: the scale's region prefix, the seed, the acting name, and a voice."""

    prefix: str
    seed: int
    actor: Actor
    say: Callable[[str], None]
    accounts: list[tuple[str, str | None, str, str]] = field(default_factory=list)


Step = Callable[[Demo], None]
_STEPS: dict[str, Step] = {}


def step(name: str) -> Callable[[Step], Step]:
    """Declare a module's part of the demo; parts run in the order of the modules."""

    def declare(run: Step) -> Step:
        _STEPS[name] = run
        return run

    return declare


group = AppGroup("demo", help="Simulated data to look at.")


@group.command("create")
@click.option("--scale", type=click.Choice(list(SCALES)), default="kabupaten", show_default=True)
@click.option("--seed", default=2024, show_default=True)
@click.option("--quiet", is_flag=True, help="Only say what was done.")
@click.option("--i-know", "forced", is_flag=True, help="Also outside the demo and tests.")
@click.option("--from-nothing", "fresh", is_flag=True, help="First migrate and compile the translations.")
def create(scale: str, seed: int, quiet: bool, forced: bool, fresh: bool) -> None:
    """Create the demo, or what of it is missing."""
    if not (current_app.config["DEMO"] or current_app.config["TESTING"] or forced):
        raise click.ClickException("This installation is no demo; add --i-know if you mean it.")
    if fresh:  # in one process, for each takes seconds to start
        logging.getLogger("alembic").setLevel(logging.WARNING)  # no news to a newcomer
        upgrade()
        compile_all()
    demo = Demo(SCALES[scale], seed, Actor.system("demo"), click.echo)
    loading.load_map(actor=demo.actor)
    seed_election(actor=demo.actor)
    loading.load_tps(ELECTION, actor=demo.actor)
    db.session.commit()
    with as_owner("statistics after loading the demo") as session:
        session.connection().exec_driver_sql("analyze region, dapil, dapil_village, tps")
    demo.accounts = identity.seed_demo_accounts(actor=demo.actor)
    db.session.commit()
    for run in _STEPS.values():
        run(demo)
        db.session.commit()
    table = _keep_accounts(demo.accounts)
    if not quiet:
        click.echo(table)


def _keep_accounts(accounts: list[tuple[str, str | None, str, str]]) -> str:
    """Write the new passwords beside the demo's data (mode 0600) and return the whole table."""
    path = current_app.config["HOME"] / "demo-accounts.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {}
    if path.exists():
        known = {line.split()[0]: line for line in path.read_text().splitlines() if line.strip()}
    for username, password, role, region in accounts:
        if password is not None:
            known[username] = f"  {username:<20} {password:<34} {role} {region}".rstrip()
    path.touch(mode=0o600)
    path.write_text("\n".join(known.values()) + "\n")
    return path.read_text()


def init_app(app: Flask) -> None:
    """Join the command to the app."""
    app.cli.add_command(group)
