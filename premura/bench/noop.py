"""The web, with hooks that check the signature and keep nothing: the limit that taking in is held against."""

from premura.asgi import application as application
from premura.listen.receive import Kept
from premura.web import hooks
from premura.web.server import serve


class Nowhere:
    """Takes rows and forgets them."""

    async def put(self, row: Kept) -> None:
        return


hooks.batch = Nowhere()  # type: ignore[assignment]


def main() -> None:
    """Run it under the very settings of `premura web`."""
    serve("premura.bench.noop:application")


if __name__ == "__main__":
    main()
