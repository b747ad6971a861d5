"""The nouns that flow between the stages, as frozen values."""
