"""PURE what we run on: the PostgreSQL that comes with us, and the family of our own processes.

No Django here.  Everything that can go wrong on a stranger's machine is said in one plain sentence: see `errors`.
"""
