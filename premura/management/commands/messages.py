"""Extract, check and compile the translations; in Python alone, so that nobody needs GNU gettext."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

HERE = Path(__file__).parents[2]
LANGUAGES = ("it",)
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


class Command(BaseCommand):
    help = (
        "Bring the translations up to date with the code.  --check looks for what is missing, --compile writes the .mo."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 unless every message is translated")
        parser.add_argument("--compile", action="store_true", help="write the .mo files that the program reads")

    def handle(self, *, check: bool, compile: bool, **options: object) -> None:
        if compile:
            self._compile()
            return
        template = extracted()
        for language in LANGUAGES:
            if check:
                self._check(language, template)
            else:
                self._update(language, template)

    def _check(self, language: str, template: Any) -> None:
        complaints = list(complaints_about(read(language), template))
        for complaint in complaints:
            self.stdout.write(f"{language}: {complaint}")
        if complaints:
            need = f"{len(complaints)} message(s) need you. Run `premura messages` and fill them in."
            raise CommandError(need, returncode=1)
        self.stdout.write(f"{language}: all {len(template)} messages are there")

    def _update(self, language: str, template: Any) -> None:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write(language, catalog)
        missing = [m for m in catalog if m.id and not is_translated(m)]
        self.stdout.write(f"{language}: {len(template)} messages, {len(missing)} without a translation")

    def _compile(self) -> None:
        from babel.messages.mofile import write_mo

        for language in LANGUAGES:
            with path(language).with_suffix(".mo").open("wb") as file:
                write_mo(file, read(language))


def path(language: str) -> Path:
    return HERE / "locale" / language / "LC_MESSAGES" / "django.po"


def extracted() -> Any:
    """Return the catalogue of every message in code and templates."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract

    template = Catalog(project="Premura", charset="utf-8")
    for file in sources():
        text = file.read_text()
        source = _flat(templatize(text, origin=str(file))) if file.suffix == ".html" else text
        where = file.relative_to(HERE.parent).as_posix()
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            # The file alone: with line numbers every edit would touch the catalogue.
            template.add(message, locations=[(where, 0)], context=context)
    return template


def _flat(templatized: str) -> str:
    # Django hands templates on as something like Python, for a reader that minds no indentation.
    return "\n".join(line.strip() for line in templatized.splitlines())


def sources() -> Iterator[Path]:
    for pattern in ("*.py", "*.html"):
        yield from sorted(p for p in HERE.rglob(pattern) if "migrations" not in p.parts)


def read(language: str) -> Any:
    """Return the translations as they stand; an empty catalogue where there are none."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path(language).exists():
        return Catalog(locale=language, project="Premura", charset="utf-8", fuzzy=False)
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalog: Any) -> None:
    from babel.messages.pofile import write_po

    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(file, catalog, width=100, omit_header=False, sort_output=True, include_lineno=False)


def is_translated(message: Any) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings) and not message.fuzzy


def complaints_about(catalog: Any, template: Any) -> Iterator[str]:
    """Yield what keeps the catalogue from saying all that the code says."""
    for message in template:
        if not message.id:
            continue
        found = catalog.get(message.id, message.context)
        if found is None or not is_translated(found):
            yield f"no translation of {message.id!r} ({message.locations[0][0]})"
            continue
        for error in found.check():
            yield f"{message.id!r}: {error}"
    for message in catalog:
        if message.id and template.get(message.id, message.context) is None:
            yield f"nobody says {message.id!r} any more"
