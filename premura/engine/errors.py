"""What can stop the engine, each with what happened, what did not, and what to do."""


class EngineError(Exception):
    """The engine did not start.  `str()` of it is meant for the person at the keyboard."""


class NoPostgres(EngineError):
    """There is no PostgreSQL on this machine that we can run."""


class InUse(EngineError):
    """Another Premura works with this folder."""


class OtherVersion(EngineError):
    """The data was written by another major version of PostgreSQL."""


class BadPlace(EngineError):
    """The folder cannot hold the database, or the database it had is gone."""


class DidNotStart(EngineError):
    """PostgreSQL gave up.  Carries the last lines of its own log."""


class Interrupted(EngineError):
    """We were asked to stop while PostgreSQL was still starting."""
