"""The pictures of the report as plain coordinates: each module takes a ring's data and makes one frozen drawing.

Templates turn drawings into inline SVG, so text is escaped in one place and a picture can be compared in tests.
"""
