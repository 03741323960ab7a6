// People at work: each test is one thing that somebody does, from the address to what the record says.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { logIn, open, PASSWORD, visitor } from "./house.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const { WORK: work, SHOTS: shots } = process.env;
let house;

before(async () => { house = await open(); });
after(async () => { if (house) await house.close(); });

/** Somebody logged in, for the length of one test. */
async function as(login, act, options) {
  const { context, page, troubles } = await visitor(house, options);
  try {
    await logIn(page, login);
    await page.waitForURL("**/workbench");
    await act(page);
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
}

/** Does something that leads to another page, and waits for it. */
const leads = (page, act) => Promise.all([page.waitForNavigation(), act]);
const heading = (page) => page.textContent("h1");

test("a wrong password is refused without saying which part was wrong", async () => {
  const { context, page } = await visitor(house);
  await page.goto("/workbench/lists");
  assert.match(page.url(), /\/login\?next=\/workbench\/lists$/);
  await logIn(page, "ann", "not the password");
  const wrong = await page.textContent("[role=alert]");
  await logIn(page, "nobody-of-this-name", "not the password");
  assert.equal(await page.textContent("[role=alert]"), wrong);
  await context.close();
});

test("after logging in, one is where one wanted to go, and logging out ends it", async () => {
  const { context, page } = await visitor(house);
  await page.goto("/workbench/lists");
  await page.fill("#login", "ann");
  await page.fill("#password", PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/workbench/lists");
  await page.click("text=Log out");
  await page.waitForURL("**/login");
  await page.goto("/workbench/lists");
  assert.match(page.url(), /\/login/);
  await context.close();
});

test("a session that has ended leads to the log-in page, also in the middle of a form", async () => {
  const { context, page } = await visitor(house);
  await logIn(page, "vic");
  await page.waitForURL("**/workbench");
  await page.goto("/workbench/screen");
  await page.fill("#name", "Somebody");
  // Another password ends the sessions that there are.
  await house.admin("PUT", "/api/v1/users/vic/password", { password: PASSWORD });
  await page.click("button.main");
  await page.waitForURL("**/login");
  assert.equal(await heading(page), "Log in");
  await context.close();
});

test("who may not do something reads so on a page", async () => {
  await as("vic", async (page) => {
    const reply = await page.goto("/workbench/audit");
    assert.equal(reply.status(), 403);
    assert.match(await page.textContent("[role=alert]"), /read-audit/);
  });
});

test("search answers while one types, in any script, and leads to the entity with its evidence", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/search");
    await page.fill("#q", "Лукашен");
    await page.waitForSelector("#found .entries a");
    assert.match(await page.textContent("#found .entries li"), /Lukashenka/);
    assert.doesNotMatch(page.url(), /q=/, "what one looks for stays out of the address");
    await page.click("#found .entries a");
    await page.waitForURL("**/workbench/entity?id=*");
    assert.match(await heading(page), /Lukashenka/);
    assert.match(await page.textContent("main"), /Cyrillic/);
    await page.click("summary:has-text('Evidence')");
    assert.match(await page.textContent("details[open]"), /watchlist|first\.ftm\.json|second\.ftm\.json/);
  });
});

test("a screening draws its reasons on the names and is on record", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/screen");
    await page.fill("#name", "Lukaschenko Alexander");
    await page.click("button.main");
    await page.waitForSelector("article.hit");
    assert.match(await page.textContent("#answer"), /possible match/);
    const marks = await page.locator("article.hit .name mark").count();
    assert.ok(marks >= 4, `${marks} marks`);
    await page.hover("article.hit .name mark[data-term='1']");
    assert.equal(await page.locator(".name mark.lit").count(), 2);
    await page.goto("/workbench/audit");
    await page.fill("#key", "Lukaschenko Alexander");
    await page.click("text=Look up");
    await page.waitForSelector("#subject");
    assert.match(await page.textContent("section:has(#subject)"), /ann/);
  });
});

test("a file is uploaded, the page closed, and the result is there afterwards", async () => {
  const file = join(work, "upload.csv");
  const rows = ["id,name,type,birth_date,country"];
  for (let n = 0; n < 1500; n++) rows.push(`U${n},Ordinary Customer ${n},Person,1980,de`);
  rows.push("U-hit,Alexander Lukaschenko,Person,1954-08-30,by");
  writeFileSync(file, rows.join("\n") + "\n");
  let address;
  await as("ann", async (page) => {
    await page.goto("/workbench/upload");
    await page.setInputFiles("#file", file);
    await page.click("button.main");
    await page.waitForURL("**/workbench/job?id=*");
    address = page.url();
  });
  await as("ann", async (page) => {
    await page.goto(address);
    await page.waitForSelector("#outcome", { timeout: 120_000 });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("text=Fetch the possible matches"),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    assert.match(text, /U-hit/);
  });
});

test("an upload into a book opens alerts", async () => {
  const file = join(work, "book.csv");
  writeFileSync(file, "id,name,type,birth_date,country\nB1,Sergey Lavrov,Person,1950-03-21,ru\nB2,Nobody Listed,Person,1990,de\n");
  await as("ann", async (page) => {
    await page.goto("/workbench/upload");
    await page.setInputFiles("#file", file);
    await page.fill("#book", "second book");
    await page.click("button.main");
    await page.waitForURL("**/workbench/job?id=*");
    await page.waitForSelector("#outcome", { timeout: 120_000 });
    await page.click("text=Review the alerts");
    assert.match(await page.textContent("[data-rows]"), /Lavrov/);
  });
});

test("an alert is reviewed by keyboard alone", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/alerts?book=customers");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    assert.equal(await page.locator("tr.chosen").count(), 1);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/workbench/alert?id=*");
    const alert = new URL(page.url()).searchParams.get("id");
    await page.keyboard.press("Shift+?");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    await page.keyboard.press("f");
    assert.equal(await page.evaluate(() => document.activeElement.name), "code-false-positive");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Another country, seen in the passport.");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(new RegExp(`done=${alert}$`));
    assert.match(await page.textContent("[role=status]"), /decided/);
    await leads(page, page.keyboard.press("j"));
    await page.goto(`/workbench/alert?id=${alert}`);
    const history = await page.textContent("section:has(#history)");
    assert.match(history, /other-country/);
    assert.match(history, /seen in the passport/);
    assert.match(history, /ann/);
  });
});

test("a true match takes a second person, and that cannot be the first", async () => {
  let alert;
  await as("ann", async (page) => {
    await page.goto("/workbench/alerts?book=customers");
    await page.click("[data-rows] tbody a");
    await page.waitForURL("**/workbench/alert?id=*");
    alert = new URL(page.url()).searchParams.get("id");
    await page.keyboard.press("t");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Date and name agree with the passport.");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(new RegExp(`done=${alert}$`));
    await page.goto(`/workbench/alert?id=${alert}`);
    assert.match(await page.textContent("main"), /proposed: true match/);
    assert.equal(await page.locator("input[value=approve]").count(), 0, "not by whoever proposed");
  });
  await as("bob", async (page) => {
    await page.goto("/workbench/approvals");
    await page.click(`a[href="/workbench/alert?id=${alert}"]`);
    await page.waitForURL("**/workbench/alert?id=*");
    await page.keyboard.press("a");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(new RegExp(`done=${alert}$|/alerts$`));
    await page.goto(`/workbench/alert?id=${alert}`);
    assert.match(await page.textContent(".head"), /approved/);
  });
});

test("a good-guy rule stands until what it rests on changes, and then the alert opens again", async () => {
  const book = (date) => {
    const file = join(work, `rule-${date}.csv`);
    writeFileSync(file, `id,name,type,birth_date,country\nG1,Andrey Belousov,Person,${date},ru\n`);
    return file;
  };
  const upload = async (page, file) => {
    await page.goto("/workbench/upload");
    await page.setInputFiles("#file", file);
    await page.fill("#book", "rules");
    await page.click("button.main");
    await page.waitForURL("**/workbench/job?id=*");
    await page.waitForSelector("#outcome", { timeout: 120_000 });
  };
  await as("ann", async (page) => {
    await upload(page, book("1959"));
    await page.goto("/workbench/alerts?book=rules");
    await page.click("[data-rows] tbody a");
    await page.click("summary:has-text('Good-guy rule')");
    await page.fill("#rule-reason", "Another person: seen in the register.");
    await page.click("text=Make the rule");
    await page.waitForURL("**/workbench/rules");
    assert.match(await page.textContent("main"), /waits for approval/);
  });
  await as("bob", async (page) => {
    await page.goto("/workbench/rules");
    await leads(page, page.click("button:has-text('Approve rule')"));
    assert.match(await page.textContent("article .state"), /stands/);
  });
  await as("ann", async (page) => {
    await page.goto("/workbench/book?name=rules");
    await leads(page, page.click("text=Screen it now"));
    await page.goto("/workbench/alerts?book=rules&state=suppressed");
    assert.match(await page.textContent("[data-rows]"), /Belousov/);
    await upload(page, book("1959-03-17"));
    await page.goto("/workbench/alerts?book=rules");
    assert.match(await page.textContent("[data-rows]"), /Belousov/);
    await page.goto("/workbench/rules");
    assert.match(await page.textContent("main"), /the customer changed/);
  });
});

test("two publications are compared, party by party", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/list?name=watch");
    await page.check("input[name=from][value='1']");
    await page.check("input[name=to][value='2']");
    await page.click("text=Show the difference");
    await page.waitForURL("**/workbench/diff?*");
    assert.match(await page.textContent("main"), /Added Alias 1/);
    await leads(page, page.click("nav.tabs a:has-text('changed')"));
    assert.equal(await page.locator("article.change").count(), 3);
  });
});

test("another policy shows its effect before it is set", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/policies?book=customers");
    await page.fill("#policy", 'format = 1\nname = "strict"\n[threshold]\ndefault = 0.95\n');
    await page.click("text=Show the effect");
    await page.waitForSelector("#effect");
    assert.match(await page.textContent("#effect"), /possible matches now/);
  });
});

test("the record is whole and says who did what", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/audit");
    await page.click("text=Check the chain");
    await page.waitForSelector(".notice.good");
    assert.match(await page.textContent(".notice.good"), /Whole/);
  });
});

const PAGES = [
  "/workbench", "/workbench/alerts", "/workbench/alert?id=5", "/workbench/alike?alert=5", "/workbench/approvals",
  "/workbench/search", "/workbench/screen", "/workbench/books", "/workbench/book?name=customers", "/workbench/upload",
  "/workbench/rules", "/workbench/lists", "/workbench/list?name=watch", "/workbench/publication?id=3",
  "/workbench/diff?from=1&to=2", "/workbench/policies", "/workbench/audit", "/workbench/users",
  "/workbench/entity?id=ex-lukashenka-alyaksandr", "/workbench/nothing", "/login",
];

for (const scheme of ["light", "dark"]) {
  test(`an accessibility checker finds nothing serious on any page, ${scheme}`, async () => {
    await as("ann", async (page) => {
      for (const path of PAGES) {
        await page.goto(path);
        await check(page, `${path} (${scheme})`);
        await shoot(page, path, scheme);
      }
      await page.goto("/workbench/screen");
      await page.fill("#name", "Andrey Belousov");
      await page.fill("#date", "1959");
      await page.click("button.main");
      await page.waitForSelector("article.hit");
      await check(page, `an answer (${scheme})`);
      await shoot(page, "/workbench/answer", scheme);
    }, { colorScheme: scheme, bypassCSP: true });
  });
}

test("on a phone, pages can be read and searched without scrolling sideways", async () => {
  await as("ann", async (page) => {
    for (const path of PAGES) {
      await page.goto(path);
      const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= view + 1, `${path} is ${wide} wide on a screen of ${view}`);
    }
    await page.goto("/workbench/search");
    await page.fill("#q", "belous");
    await page.waitForSelector("#found .entries a");
    await shoot(page, "/workbench/phone", "light");
  }, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
});

test("the wish for dark stays", async () => {
  await as("ann", async (page) => {
    await leads(page, page.click(".themes button[value=dark]"));
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    await page.goto("/workbench/lists");
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, "rgb(20, 25, 29)");
  });
});

// The last test: it takes most entries off the list.
test("a list that is held back is a banner everywhere until somebody accepts it", async () => {
  await as("ann", async (page) => {
    await page.goto("/workbench/screen");
    assert.match(await page.textContent(".notices"), /Held back/);
    await page.click(".notices a");
    await page.waitForURL("**/workbench/list?name=watch");
    await page.click("a.state.alarm");
    await page.waitForURL("**/workbench/publication?id=3");
    assert.match(await page.textContent("main"), /holds it back/);
    const accept = page.locator("form:has(input[value=accept])");
    assert.match(await accept.textContent(), /answers from then on/);
    await accept.locator("textarea").fill("The publisher confirms that entries went.");
    await accept.locator("button").click();
    await page.waitForURL("**/workbench/list?name=watch");
    assert.match(await page.textContent("main"), /The publisher confirms/);
    assert.equal(await page.locator(".notice.alarm").count(), 0);
  });
});

async function check(page, what) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
  assert.deepEqual(serious, [], what);
}

/** Keeps a picture where somebody asks for pictures (SHOTS). */
async function shoot(page, path, scheme) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  const name = path.replace(/^\/(workbench)?\/?/, "").replace(/[^a-z0-9]+/gi, "-") || "overview";
  await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
}
