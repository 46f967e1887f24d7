"""dev.py's first steps on a machine that lacks something."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dev


@pytest.fixture
def place(monkeypatch, tmp_path):
    """An environment of its own, without uv."""
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(dev, "venv_place", lambda: tmp_path / ".venv")
    monkeypatch.setattr(dev, "uv", lambda: None)
    return tmp_path / ".venv"


def test_without_ensurepip_the_one_line_is_said(monkeypatch, place):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(dev.Trouble, match="sudo apt install python3-venv"):
        dev.make_venv()
    assert not place.exists()


def test_an_interrupted_environment_is_made_anew(place):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    dev.make_venv()
    assert subprocess.run([dev.PYTHON, "-c", "import pip"], check=False).returncode == 0


def test_a_busy_port_names_another(monkeypatch):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(dev.Trouble, match=f"--port {port + 1}"):
            dev.refuse_busy_port(port)
