"""The words of answers: an answer and the width of a terminal go in, short text comes out."""
