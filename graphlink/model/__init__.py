"""The nouns that the stages exchange, as frozen values."""
