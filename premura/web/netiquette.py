"""The house rules: written by admins, and the public page that everybody may read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.prepare import netiquette
from premura.prepare.netiquette import LANGUAGES, MOST_CLAUSES, Rule
from premura.web import hiding
from premura.web.fragments import fragment

NAMES = {"it": "Italiano", "en": "English", "es": "Español", "fr": "Français", "de": "Deutsch", "pt": "Português"}
KEPT_S = 300  # how long a public page may be kept by who read it


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /netiquette/?add=fr"""
    return _page(request, _standing(request))


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """POST /netiquette/draft/: a copy of what is in force, or eight rules to begin with"""
    netiquette.begin(_standing(request))
    return redirect("netiquette")


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """POST /netiquette/clauses/ title-1-it=… text-1-it=… with do=save|add|drop, up=2, down=2 or remove=2"""
    standing = _standing(request)
    draft = netiquette.draft(standing)
    if draft is None:
        messages.error(request, _("There is no draft any more: it was published or thrown away."))
        return redirect("netiquette")
    written, stamp, drops = _read(request.POST), request.POST.get("stamp", ""), request.POST.get("do") == "drop"
    try:
        if drops:
            netiquette.drop(draft, stamp)
            return redirect("netiquette")
        netiquette.save(draft, _arranged(list(written), request.POST, standing.brand.language), stamp)
    except netiquette.Published:
        messages.error(request, _("There is no draft any more: it was published or thrown away."))
        return redirect("netiquette")
    except netiquette.ChangedMeanwhile:
        return _page(request, standing, _met(drops=drops), written)
    add = request.POST.get("language", "")
    if request.POST.get("do") == "publish":
        return _publish(request, standing, draft)
    return redirect("/netiquette/" + (f"?add={add}" if add in LANGUAGES else "") + "#draft")


@require_safe
def public(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """GET /rules/rossi/?lang=en, and /rules/rossi/2/ for a version of before; for everybody"""
    house = netiquette.public(slug, version)
    if house is None:
        raise Http404(f"no rules of {slug}")
    found = netiquette.rules(house)
    offered = netiquette.languages(found, house.brand.language)
    # Not by cookie: what is kept for everybody must not depend on who asks.
    asked = [code[:2] for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())]
    language = next((code for code in (request.GET.get("lang"), *asked) if code in offered), offered[0])
    newest = netiquette.public(slug) if version is not None else house
    given = {
        "house": house, "brand": house.brand, "language": language, "newest": newest,
        "rules": [(number, *_words(rule, language, offered)) for number, rule in enumerate(found, 1)],
        "languages": [(code, NAMES.get(code, code)) for code in offered],
    }  # fmt: skip
    with translation.override(language):
        response = render(request, "netiquette/public.html", given)
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response


public.for_everybody = True  # type: ignore[attr-defined]


def _met(*, drops: bool) -> str:
    """Return what to say where somebody else saved the draft meanwhile."""
    if drops:
        return _("Somebody saved this draft meanwhile, so it was not thrown away. Yours stands in the form, theirs"
                 " below it. Press again if both are to go.")  # fmt: skip
    return _("Somebody saved this draft meanwhile, and what you wrote is not saved. Yours stands in the form,"
             " theirs below it. Take over what is missing and save: yours then stands.")  # fmt: skip


def _publish(request: HttpRequest, standing: Standing, draft: Any) -> HttpResponse:
    try:
        netiquette.publish(draft, request.user)
    except netiquette.NotReady as error:
        missing = ", ".join(f"{number} ({NAMES.get(language, language)})" for number, language in error.missing)
        trouble = _("Not published yet. Title and text are missing for: %(missing)s") % {"missing": missing}
        return _page(request, standing, trouble if missing else _("Not published yet: write at least one rule."))
    except netiquette.Published:
        messages.error(request, _("Somebody was faster. This is how it stands now."))
        return redirect("netiquette")
    messages.success(request, _("Published. From now on acts of moderation quote this version."))
    return redirect("netiquette")


def _page(
    request: HttpRequest, standing: Standing, trouble: str = "", written: list[Rule] | None = None
) -> HttpResponse:
    """Show the rules; `written` stands in the form instead of what is kept, which then stands below it."""
    draft, house = netiquette.draft(standing), netiquette.current(standing.brand.pk)
    kept = netiquette.rules(draft) if draft else []
    found = kept if written is None else written
    languages = netiquette.languages([*found, *kept], standing.brand.language)
    add = request.GET.get("add", "")
    if add in LANGUAGES and add not in languages:
        languages.append(add)
    given = {
        "stamp": netiquette.stamp(draft, kept) if draft else "",
        "kept": [] if written is None else _named(kept, languages),
        "draft": draft, "house": house, "versions": netiquette.versions(standing), "trouble": trouble,
        "rows": _named(found, languages),
        "others": [(code, NAMES[code]) for code in LANGUAGES if code not in languages], "here": "netiquette",
        "address": hiding.address(standing.brand), "added": add if add in languages else "",
        "in_force": netiquette.clauses(standing.brand, standing.brand.language),
    }  # fmt: skip
    status = 409 if written is not None else 422 if trouble else 200
    return fragment(request, "netiquette/page", status, standing=standing, **given)


def _named(rules: list[Rule], languages: list[str]) -> list[tuple[int, list[tuple[str, ...]]]]:
    """Return the rules by number, each with code, name, title and text in each language."""
    return [
        (number, [(code, NAMES.get(code, code), *rule.text_in(code)) for code in languages])
        for number, rule in enumerate(rules, 1)
    ]


def _read(given: QueryDict) -> list[Rule]:
    """Return the rules as the form gives them, in its order."""
    found = []
    for number in range(1, MOST_CLAUSES + 1):
        words = {}
        for language in LANGUAGES:
            title, text = given.get(f"title-{number}-{language}"), given.get(f"text-{number}-{language}")
            if title is not None and text is not None and (title.strip() or text.strip()):
                words[language] = (" ".join(title.split()), text.strip())
        if words:
            found.append(Rule(words))
    return found


def _arranged(rules: list[Rule], given: QueryDict, language: str) -> list[Rule]:
    """Return the rules with one moved, taken out or added, as the button said that was pressed."""
    for deed, by in (("up", -1), ("down", 1), ("remove", 0)):
        at = given.get(deed, "")
        if not (at.isascii() and at.isdigit() and 0 < int(at[:4]) <= len(rules)):
            continue
        one = rules.pop(int(at[:4]) - 1)
        if by:
            rules.insert(max(0, int(at[:4]) - 1 + by), one)
    if given.get("do") == "add" and len(rules) < MOST_CLAUSES:
        there = [code for code in netiquette.languages(rules, language) if any(code in rule.words for rule in rules)]
        with translation.override(first := there[0] if there else language):
            rules.append(Rule({first: (_("A new rule"), "")}))
    return rules


def _words(rule: Rule, language: str, offered: list[str]) -> tuple[str, str]:
    return next(words for code in (language, *offered) if (words := rule.words.get(code)))


def _standing(request: HttpRequest) -> Standing:
    return access.need(access.standing(request.user), Act.MANAGE)
