"""What investigators ask of a finished run: a folder goes in, frozen answers come out, and words are made from these.

Nothing is analysed again. Each question is a function of the run's stored tables in a file of its own; ``words`` turns
its answer into sentences.
"""
