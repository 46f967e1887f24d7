"""The house itself: the app starts, the migrations agree with the models."""

from __future__ import annotations


def test_every_session_acts_as_the_application_role(session):
    assert session.connection().exec_driver_sql("select current_user").scalar_one() == "electsys_app"
