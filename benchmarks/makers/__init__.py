"""Makers: authors of simulated worlds who had not seen each other's, nor graphlink's rules."""
