"""The families of signals that are spoken of by name, and how many people a family of the other kind has."""

from __future__ import annotations

from typing import Final

NETWORK: Final = "network"
"""Where one sits."""
CONTENT: Final = "content"
"""What one says."""
CLIENT: Final = "client"
"""What one runs."""
IDENTITY: Final = "identity"
"""What one is called."""

LARGEST_HOUSEHOLD: Final = 6
"""Accounts of the largest household (domain facts: families have two to six)."""
