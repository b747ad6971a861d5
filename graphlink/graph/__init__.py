"""Sightings in, cells out: the bipartite graph, the signal test, the projection and Leiden."""
