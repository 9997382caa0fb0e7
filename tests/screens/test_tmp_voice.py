from tests.screens.conftest import PHONE
JS = """() => { const f = document.querySelector('#reply-form [for=reply-text]');
 f.insertAdjacentHTML('beforebegin', '<p class="composer__to sends--public"><label class="visually-hidden" for="reply-voice">Rispondi come</label><span aria-hidden="true">Rispondi come</span> <select id="reply-voice" name="voice"><option>bellosguardo.example</option><option>bellosguardo-aiuta-lungo-lungo.bsky.social</option></select></p>');
 document.querySelector('#reply-voice').selectedIndex = 1; document.querySelector('#reply-text').focus(); document.querySelector('#reply-text').value='Ciao, ci pensiamo noi.'; }"""
def test_tmp(desk):
    for name, size in (("wide", {}), ("phone", PHONE)):
        page = desk("ada", "/inbox/open/?network=playground", **size)
        href = page.locator("a[href*='/conversations/']").first.get_attribute("href")
        page.goto(href)
        page.locator("#reply-form").wait_for(state="attached")
        page.evaluate(JS)
        page.screenshot(path=f"/tmp/voice-{name}.png")
        print(name, page.evaluate("document.documentElement.scrollWidth + '/' + innerWidth"), page.locator("#reply-voice").bounding_box())
