"""Links that leave the site: on paper and in mails, hence with the public address of the settings."""

from __future__ import annotations

from flask import current_app


def activation_link(token: str) -> str:
    """Where the holder of an activation sheet sets the first password."""
    return f"{current_app.config['BASE_URL']}/aktivasi/{token}"
