"""The command `premura`: finds or starts its database, then does what is asked."""

import os
import sys

from premura import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "premura.settings")

COMMANDS = """\
premura serve            everything: database, web, worker
premura web | worker     the pieces, against one DATABASE_URL
premura check            are the settings right?
premura doctor           is everything well, and what to do where it is not
premura connect NETWORK  connect an account: bluesky, mastodon, playground
premura backfill CHANNEL fetch what was said in the last days
premura demo [--live]    fill an empty database with the demo world; let new messages trickle in
premura bench WHAT       measure: take-in, inbox, bell, text
premura migrate          bring the database up to date
premura messages         the texts of the screens and their translations
premura classify         read messages in JSON lines: language, sentiment, intent, urgency and more
premura same-problem     do two messages tell the same problem? in JSON lines
premura guard            check drafts of replies before they are sent, in JSON lines
premura replay --pile-on see in recorded events when many people turn against one post, in JSON lines
premura query 'QUERY'    find what a listening query matches, in JSON lines
premura reread           read old messages again with the newest version
premura train            rebuild the weights of the readings from the corpus
premura person           add a person who signs in
"""
NEED_NO_DATABASE = {
    "bench", "check", "classify", "guard", "messages", "query", "replay", "same-problem", "train", "makemigrations",
    "help", "collectstatic", "compilemessages",
}  # fmt: skip


def main() -> None:
    """Run one command.  Wrong settings are said in one line, with exit code 2."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(COMMANDS, end="")  # noqa: T201
        return None
    try:
        given = environment.read()
    except environment.WrongSettings as wrong:
        sys.exit(f"{wrong}")
    if arguments[0] in NEED_NO_DATABASE or given["DATABASE_URL"]:
        return _run(arguments)
    from premura.engine.errors import EngineError
    from premura.management.database import embedded

    try:
        with embedded(given["PREMURA_HOME"], alone=arguments[0] == "serve"):
            _run(arguments)
    except EngineError as error:
        sys.exit(str(error))


def _run(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["premura", *arguments])


if __name__ == "__main__":
    main()
