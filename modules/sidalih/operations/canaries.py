"""Control rows: voters who do not exist, made for one copy; and the alarm when somebody looks one up."""

from __future__ import annotations

import datetime as dt
import hmac
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Flask, Response, after_this_request, current_app
from sqlalchemy import insert, select, text

from electsys.db import db
from electsys.intake import Staging
from electsys.ledger import Actor, record
from electsys.notices import Holders, notify
from electsys.privacy import blind_index, normalise_name
from electsys.privacy.operations import REGISTER
from modules.sidalih.models import CanaryTouch, VoterCanary, VoterCopy
from modules.sidalih.queries.copies import Line, canaries_by_name, canary_by_nik, key_of, name_index
from modules.sidalih.rules.copies import NOWHERE, PLACES
from modules.sidalih.synthetic.names import Names

ALARM = "sidalih.canary"
SYSTEM = Actor.system("kanari")
#: One notice of a copy and a place in this time; every look-up is kept.
QUIET = dt.timedelta(minutes=10)
#: Whose ages control rows have: nobody is looked for among the very old or the first voters.
YOUNGEST, OLDEST = 19, 68


@dataclass(frozen=True)
class Canary:
    """A control row. Nobody sees its number: where a NIK is masked, it shows the neighbours' head."""

    line: Line
    shown_nik: str


class Canaries:
    """The control rows of one copy, drawn station by station; the same copy gives the same ones."""

    def __init__(self, copy_id: int, stations: Mapping[str, int], count: int, day: dt.date) -> None:
        self._copy_id, self._day = copy_id, day
        seed = hmac.digest(key_of(copy_id), b"canaries", "sha256")
        self._rng = random.Random(seed)  # noqa: S311  (seeded by the copy's secret key)
        self._names = Names(self._rng)
        codes = list(stations)
        drawn = self._rng.choices(codes, weights=[stations[c] for c in codes], k=count) if codes else []
        self._left = Counter(drawn)
        self._numbers: set[str] = set()
        self.rows: list[dict[str, object]] = []

    def among(self, tps_code: str, lines: list[Line], known: Collection[str]) -> Iterator[Canary]:
        """The control rows of a station: strangers at its addresses. ``known`` are the village's names."""
        for _each in range(self._left[tps_code]):
            neighbour = self._rng.choice(lines)
            sex = self._rng.choice("LP")
            born = self._day - dt.timedelta(days=round(self._rng.uniform(YOUNGEST, OLDEST) * 365.25))
            name = self._names.draw(sex)
            while normalise_name(name) in known or " " not in name:
                name = self._names.draw(sex)
            nik = self._nik(born, sex, self._rng.choice(lines).nik)
            line = Line(
                tps_code=tps_code,
                number=0,
                voter_id=0,
                name=name,
                birth_place=neighbour.birth_place,
                born=born,
                sex=sex,
                marital_status=neighbour.marital_status,
                address=neighbour.address,
                rt=neighbour.rt,
                rw=neighbour.rw,
                ktp_el=neighbour.ktp_el,
                nik=nik,
                nkk="0" * 16,
                disability=None,
                mark=None,
            )
            self.rows.append(
                {
                    "nik_index": blind_index(nik),
                    "name_index": name_index(name, tps_code[:10]),
                    "copy_id": self._copy_id,
                    "tps_code": tps_code,
                }
            )
            yield Canary(line, (neighbour.nik or nik)[:6] + nik[6:])

    def _nik(self, born: dt.date, sex: str, other: str | None) -> str:
        """A number of no region. Its serial is a neighbour's: most are small, and others would stand out."""
        day = born.day + (40 if sex == "P" else 0)
        serial = other[12:] if other else "0001"
        while True:
            head = f"{NOWHERE}{self._rng.randrange(10_000):04}"
            nik = f"{head}{day:02}{born:%m%y}{serial}"
            if nik not in self._numbers:
                self._numbers.add(nik)
                return nik


def keep_canaries(canaries: Canaries) -> int:
    """Keep the fingerprints of a copy's control rows; a build that is run again adds nothing."""
    if not canaries.rows:
        return 0
    there = db.session.scalar(
        select(VoterCanary.copy_id).where(VoterCanary.copy_id == canaries.rows[0]["copy_id"]).limit(1)
    )
    if there is None:
        db.session.execute(insert(VoterCanary), canaries.rows)
    return len(canaries.rows)


# --- the alarm ------------------------------------------------------------------------------------


def touched(nik_index: bytes, where: str, *, actor: Actor = SYSTEM) -> int | None:
    """Whether a NIK that somebody looks up is a control row's: then the copy leaked, and the alarm rings.

    ``where`` is a key of rules.copies.PLACES. Every look-up of a NIK calls this with the blind index that it
    has made anyway; it costs one probe of a small unique index, and nothing is written but for a hit. The
    caller answers as for any number that nobody has. Returns the copy.
    """
    copy_id = canary_by_nik(nik_index)
    if copy_id is not None:
        ring(copy_id, where, actor)
    return copy_id


def touched_many(nik_indexes: Collection[bytes], where: str, *, actor: Actor = SYSTEM) -> list[int]:
    """The same for a whole file: one query; the copies that were found."""
    found = list(
        db.session.scalars(
            select(VoterCanary.copy_id).where(VoterCanary.nik_index.in_(list(nik_indexes))).distinct()
        )
    )
    for copy_id in found:
        ring(copy_id, where, actor)
    return found


def touched_name(
    name: str,
    villages: Iterable[str],
    where: str,
    *,
    known: Iterable[str] = (),
    actor: Actor = SYSTEM,
) -> int | None:
    """Whether a name looked up in these villages is a control row's: copies show no NIK in full.

    ``known`` are the names that the look-up found: where a voter bears the name, it was the voter's. A name
    of one word is nobody's: control rows have two or more.
    """
    wanted = normalise_name(name)
    if " " not in wanted or any(normalise_name(each) == wanted for each in known):
        return None
    found = canaries_by_name([name_index(name, village[:10]) for village in villages])
    for copy_id in found:
        ring(copy_id, where, actor)
    return next(iter(found), None)


def touched_rows(staging: Staging, where: str, *, actor: Actor = SYSTEM) -> list[int]:
    """The numbers of the rows of a staged file that are control rows: one query for the whole file."""
    rows = db.session.execute(
        text(
            f"select s.row_number, s.nik_index from {staging.table} s"
            " join voter_canary c on c.nik_index = s.nik_index order by s.row_number"
        )
    ).all()
    if rows:
        touched_many({bytes(row.nik_index) for row in rows}, where, actor=actor)
    return [row.row_number for row in rows]


def ring_afterwards(copy_id: int, where: str, actor: Actor = SYSTEM) -> None:
    """Ring once the answer to this request has left: its sender learns nothing from the time that it took."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def later() -> None:
        with app.app_context():
            ring(copy_id, where, actor)

    @after_this_request
    def leave(response: Response) -> Response:
        response.call_on_close(later)
        return response


def ring(copy_id: int, where: str, actor: Actor) -> None:
    """Keep the look-up and tell whoever reads the register, whatever becomes of the caller's transaction.

    A context of its own gives it a session of its own.
    """
    assert where in PLACES, where  # noqa: S101  (a mistake of the program)
    with current_app.app_context():
        copy = db.session.get_one(VoterCopy, copy_id)
        told = db.session.scalar(
            select(CanaryTouch.id)
            .where(
                CanaryTouch.copy_id == copy_id,
                CanaryTouch.place == where,
                CanaryTouch.at > dt.datetime.now(dt.UTC) - QUIET,
            )
            .limit(1)
        )
        db.session.add(CanaryTouch(copy_id=copy_id, place=where, account_id=actor.account_id))
        if told is None:
            subject = f"voter_copy:{copy_id}"
            record(
                "sidalih:copy:leak",
                subject,
                actor=actor,
                region=copy.region,
                election_id=copy.election_id,
                details={"place": where},
            )
            values = {"copy": copy_id, "recipient": copy.recipient, "place": str(PLACES[where])}
            notify(Holders(REGISTER), ALARM, values, f"/pemilih/salinan/{copy_id}", actor=SYSTEM)
        db.session.commit()
