"""Errors, messages, escaping and sentences: the words of the product."""
