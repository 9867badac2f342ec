"""Whether the tests notice: `make mutants` breaks the code, one place at a time, and runs the nearest tests.

Part one, `pure.py`, lets mutmut change everything in the modules that are arithmetic alone. Part two,
`broken.py`, breaks the lines of `lines.toml`, in rooms with a database and in the Lua. Both work on copies.
"""
