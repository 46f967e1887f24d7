"""What officers may do with phones."""

from __future__ import annotations

READ, MANAGE = "devices:device:read", "devices:device:manage"
