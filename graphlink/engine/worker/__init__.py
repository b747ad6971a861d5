"""A child process for work that may fail. It has limits, no network, and one folder to write to.

Native libraries without memory end a process in six ways, and Python can catch two of them. So a supervisor that loads
only the standard library starts a new interpreter, sends it a task as JSON and receives JSON lines. However the worker
ends, the supervisor reports it in one sentence.
"""
