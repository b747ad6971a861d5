"""Decides which accounts belong to a community, and with what confidence."""
