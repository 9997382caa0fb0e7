"""Keeping what was promised, in real browsers on Piazza: a promise, a lead who is asked, a rule that is tried first."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.screens.conftest import SOON, opened, row


def test_a_promise_stands_until_it_is_kept_and_closing_asks_why_they_were_angry(desk, customer):
    somebody = customer()
    somebody.says("La cantinetta non raffredda più, sono furioso: quando la riparate?")
    ada = desk("ada")
    opened(ada, "La cantinetta non raffredda più")
    promises = ada.locator("#promises")
    promises.get_by_text("Segna una promessa").click()
    promises.get_by_label("Che cosa facciamo per loro").fill("Il tecnico passa a vederla")
    in_two_days = (datetime.now() + timedelta(days=2)).strftime("%Y-%m-%dT09:00")
    promises.get_by_label("Entro quando").fill(in_two_days)
    promises.get_by_role("button", name="Annotala").click()
    expect(promises).to_contain_text("Il tecnico passa a vederla")
    ada.locator("#resolve").click()
    form = ada.locator("#outcome-form")
    expect(form).to_contain_text("Il tecnico passa a vederla")  # it still stands
    form.get_by_role("link", name="Lasciala aperta").click()
    promises = ada.locator("#promises")
    promises.get_by_role("button", name="È mantenuta").click()
    expect(promises).not_to_contain_text("Il tecnico passa a vederla")
    ada.locator("#resolve").click()
    form = ada.locator("#outcome-form")
    expect(form).not_to_contain_text("Il tecnico passa a vederla")
    form.get_by_label("Perché c’era rabbia?").select_option("product")
    form.locator("[name=solution][value=yes]").check()
    form.locator("#outcome-reason").fill("Il tecnico è passato e l’ha detto a voce")
    ada.locator("#resolve-now").click()
    expect(ada.locator("#conversation-head")).to_contain_text("Risolta")


def test_a_lead_who_is_asked_takes_over_and_signs_by_name(desk, customer):
    somebody = customer()
    somebody.says("Voglio parlare con un responsabile, adesso.")
    ada = desk("ada")
    opened(ada, "Voglio parlare con un responsabile")
    ada.locator("#ask-lead summary").click()
    ada.fill("#lead-reason", "Vuole un responsabile, ha ragione")
    ada.locator("#ask-lead").get_by_role("button").click()
    expect(ada.locator("#whose")).to_contain_text("Vuole un responsabile, ha ragione")
    bruno = desk("bruno", "/held/")
    asked = bruno.locator("li", has_text="Vuole un responsabile, ha ragione")
    asked.get_by_role("button", name=re.compile("^Subentra")).click()
    expect(bruno.locator("#conversation-head")).to_contain_text("è tua")
    expect(ada.locator("#conversation-head")).to_contain_text("ce l’ha Bruno")


def test_a_rule_is_tried_on_what_was_said_before_it_is_switched_on_and_then_works(desk, customer):
    elena = desk("elena", "/deciding/rules/")
    elena.get_by_text("Una nuova regola").click()
    elena.fill("#id_name", "Lambrusco")
    elena.locator("#id_trigger_0").check()
    elena.locator("summary", has_text="Parole").click()
    elena.fill("#id_words", "lambrusco")
    elena.fill("#id_do_label", "Lambrusco")
    elena.get_by_role("button", name="Tienila e provala").click()
    expect(elena.get_by_role("heading", level=1)).to_contain_text("Lambrusco")
    elena.get_by_role("button", name="Accendila").click()
    expect(elena.locator("#main")).to_contain_text("accesa")
    customer().says("Avete anche un lambrusco secco?")
    ada = desk("ada")
    expect(row(ada, "Avete anche un lambrusco secco?")).to_contain_text("Lambrusco", timeout=2 * SOON)
    elena.goto("/deciding/rules/")
    ruled = elena.locator("li", has_text="Lambrusco")
    ruled.get_by_role("button", name="Spegni").click()
