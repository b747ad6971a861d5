"""Questions about a finished run: a folder goes in, frozen answers come out.

Nothing is analysed again. Each question is a function of the run's stored tables, in a file of its own; ``words`` turns
its answer into sentences.
"""
