"""The whole loop at a browser: counts are typed in, a signal opens work, a CAPA closes by proof."""

from tests.interactions import juice


class Hand:
    """Somebody's hand at one browser, in the words of the pages."""

    def __init__(self, visitor, password):
        self.page, self.password = visitor.page, password

    def fill(self, **values):
        for name, value in values.items():
            control = self.page.locator(f"[name='{name.replace('__', '-')}']").first
            if not control.is_visible():
                self.page.locator("details.fold:not([open]) > summary").first.click()
            if control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def save(self):
        here = self.page.url
        self.page.click(".form-actions button.primary")
        self.page.wait_for_load_state()
        problems = self.page.locator("[role=alert]").all_inner_texts()
        assert self.page.url != here or not problems, problems
        return self.page.url

    def step(self, address, name, sign=False, **values):
        self.page.goto(f"{address}step/{name}")
        self.fill(**values)
        if sign:
            self.page.fill("#id_password", self.password)
        return self.save()

    def offered(self, label):
        """Press the button on a record that opens another."""
        self.page.click(f".page-head .actions a:has-text('{label}')")
        self.page.wait_for_load_state()

    def enter(self, characteristic, counts):
        self.page.goto(f"{characteristic}enter")
        self.fill(values="\n".join(map(str, counts)), size=str(juice.SIZE))
        self.page.click(".form-actions button.primary")
        self.page.wait_for_load_state()

    def only(self, kind):
        """The address of the one record a list shows."""
        self.page.goto(f"/{kind}/")
        (link,) = self.page.locator("main table td a.title").all()
        return link.get_attribute("href")

    def state(self, address):
        self.page.goto(address)
        return self.page.locator(".page-head .state").inner_text()


def test_the_loop_is_walked_at_the_browser(visit, cast):
    quinn, ana, max_ = (Hand(visit(name), cast.password) for name in ("quinn", "ana", "max"))
    quinn.page.goto("/characteristic/new")
    quinn.fill(title="Nonconforming cans", sort="defectives", chart="p", reaction_plan="Hold the cans of the shift")
    quinn.fill(opens_nonconformity="yes", unit=str(cast.north.uid))
    quinn.save()
    cans = quinn.only("characteristic")
    quinn.step(cans, "activate")
    quinn.enter(cans, juice.TRIAL)
    quinn.page.goto(cans)
    quinn.page.click("a:has-text('Propose baseline'), button:has-text('Propose baseline')")
    quinn.page.wait_for_load_state()
    baseline = quinn.only("control-baseline")
    quinn.page.goto(f"{baseline}edit")
    quinn.fill(left_out__0__measurement="15", left_out__0__cause=juice.EXPLAINED[15])
    quinn.page.click("[data-add-line=left_out]")
    quinn.fill(left_out__1__measurement="23", left_out__1__cause=juice.EXPLAINED[23])
    quinn.save()
    quinn.step(baseline, "freeze", sign=True)
    assert "0.215" in quinn.page.inner_text("main")

    quinn.enter(cans, [27])
    nonconformity = ana.only("nonconformity")
    ana.page.goto(nonconformity)
    assert ana.page.locator("#files a[href*='/files/']").count() >= 2
    ana.step(nonconformity, "contain", containment="Cans of the shift are held")
    decided = {"quantity": "27", "dispositions__0__decision": "scrap", "dispositions__0__quantity": "27"}
    quinn.step(nonconformity, "decide", sign=True, **decided)
    ana.page.goto(nonconformity)
    ana.offered("Open CAPA")
    assert ana.page.input_value("[name=containment]") == "Cans of the shift are held"
    ana.save()
    capa = ana.only("capa")
    ana.page.goto(f"{capa}edit")
    ana.fill(whys__0__answer="No setting sheet exists", whys__0__ground="evidence", whys__0__evidence="Document list")
    ana.fill(whys__0__nature="systemic")
    ana.save()
    ana.step(capa, "analyse", root_cause="No setting sheet exists")
    ana.page.goto(f"{capa}tasks/new")
    ana.fill(title="Write the setting sheet", assignee="Max Weber", purpose="corrective")
    ana.save()
    ana.page.goto(capa)
    ana.offered("Declare effectiveness check")
    ana.save()
    check = ana.only("effectiveness-check")
    ana.step(check, "declare", baseline_first="1", baseline_last="30", amount="24", deadline="2030-01-01")
    ana.step(capa, "plan", sign=True, plan="A setting sheet at each machine")
    max_.page.goto("/")
    max_.page.click("main a:has-text('Write the setting sheet')")
    max_.page.wait_for_load_state()
    max_.fill(evidence="Sheet 4711 hangs at the machine")
    max_.page.click("button.primary:has-text('Done')")
    max_.page.wait_for_load_state()
    ana.step(capa, "implement")
    quinn.enter(cans, juice.ADJUSTED)
    assert quinn.state(check) == "Effective"
    assert "0.1108" in quinn.page.inner_text("main")
    quinn.step(capa, "close", sign=True, prevention="Sheets for all lines")

    assert quinn.state(capa) == "Closed"
    assert [visitor for visitor in (quinn, ana, max_) if visitor.page.locator(".error-page").count()] == []
