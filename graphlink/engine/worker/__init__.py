"""A child process that does what may go wrong: it has limits, no network and one folder to write into.

Native libraries that run out of memory end in six ways, of which Python can catch two. So a supervisor, which holds
nothing but the standard library, starts a fresh interpreter for the work, hands it a task as JSON and hears from it in
JSON lines; however the worker ends, the supervisor is there to say so in one sentence.
"""
