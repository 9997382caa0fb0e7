"""A promise without a day or an hour.  P117."""

from collections.abc import Iterator
from dataclasses import replace

from premura.guard import cues
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    if judged.context.promise_attached or judged.context.handover_attached or judged.draft.post:
        return
    for one in judged.find("vague_promise", Severity.WARN, takes_out=False):
        words = judged.draft.text[one.start : one.end]
        places = cues.places(words, judged.one.lang, "vague_promise")
        if len(places) == 1 and places[0][1] - places[0][0] < 30:
            start, end = places[0]
            yield replace(one, start=one.start + start, end=one.start + end, fix=judged.text_of("by"))
        else:
            yield one
