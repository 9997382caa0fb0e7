from tests.screens import test_every_page as T
def test_quick(desk):
    page = desk("ada")
    page.locator("#rows .row a").nth(2).click()
    page.locator("#snooze summary").click()
    page.fill("#until", "2020-12-24T10:00")
    page.on("request", lambda r: print("ZZREQ", r.method, r.url[-60:]))
    page.on("response", lambda r: print("ZZRES", r.status, r.url[-60:]))
    page.locator(".snooze__date button").click()
    page.wait_for_timeout(3000)
    print("ZZN", repr(page.locator("#conversation-notice").inner_html()[:500]))
    page = desk("elena", "/inbox/open/")
    page.goto("/inbox/all/")
    for href in [link.get_attribute("href") for link in page.locator(".row__link").all()[:20]]:
        page.goto(str(href))
        page.locator("#history summary").click()
        t=T.told(page)
        for m in T.ENGLISH.finditer(t):
            print("ZZ", href, repr(t[max(0,m.start()-60):m.end()+60]))
