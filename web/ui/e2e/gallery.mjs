// Every page, full of hostile content, in both themes.
import { axe, bad, config, enter, finish, shot, start, want } from "./browser.mjs";

await start();
const go = async (page, path, ready) => { await page.goto(config.origin + path); await page.waitForSelector(ready); };
const page = await enter("ed");
await page.waitForSelector(".cards");
await shot(page, "queue");
want(await page.title() === "(2) Sallyport", "the title counts what waits");
await page.keyboard.press("j");
await page.keyboard.press("Enter");
await page.waitForURL(/actions\/A-1/);
want(true, "j and Enter open the first action");
await page.waitForSelector(".text .row");
await shot(page, "action");
const text = await page.locator(".text").first().innerText();
for (const mark of ["‹right-to-left override›", "‹ESC›", "‹CR›", "‹xFF›", "‹zero-width space›"]) want(text.includes(mark), `the text shows ${mark}`);
want(text.includes("rm -rf /srv/web/.cache"), "what stands behind 300 blanks is on the page");
want(await page.locator(".c-alike").count() >= 2, "lookalikes are marked");
want((await page.locator(".pin").first().innerText()).includes("collect.example.net"), "the pinned file is shown whole");
want(await page.locator("script:not([src])").count() === 0 && await page.locator("main img, main script, main b:has-text('GmbH')").count() === 0, "hostile words stay words");
await page.locator(".findings .lines").first().click();
want(await page.locator(".row.lit").count() >= 1, "a finding leads to its lines");
await page.keyboard.press("a");
await page.waitForSelector("dialog[open]");
await shot(page, "approve");
await page.locator("dialog textarea").press("Control+Enter");
want(await page.locator("dialog[open]").count() === 1, "without words there is no approval where words are asked for");
await page.locator("dialog textarea").fill("Restarts workers and leaks accounts.");
const [req] = await Promise.all([page.waitForRequest(/decision/), page.locator("dialog textarea").press("Control+Enter")]);
const sent = JSON.parse(req.postData());
want(sent.answer === "approve" && sent.shown.page === config.page && sent.shown.spec.length === 64 && sent.seat === "escort", "the decision gives back what was shown");
await page.waitForSelector("dialog[open]", { state: "detached" });
const [esc] = await Promise.all([page.waitForRequest(/decision/), page.keyboard.press("e")]);
want(JSON.parse(esc.postData()).answer === "escalate", "not understanding is one key");
await page.keyboard.press("?");
await page.waitForSelector("dialog[open]");
await shot(page, "keys");
await page.keyboard.press("Escape");

await go(page, "/actions/A-0", ".text .row");
const out = await page.locator("section:has(> h2:has-text('What it printed'))").innerText();
want(out.includes("‹ESC›[31m") && out.includes("<script>alert(document.domain)</script>"), "what a target prints is inert text");
await shot(page, "output");

let t = Date.now();
await go(page, "/actions/A-4", ".windowed .row");
want(Date.now() - t < 20000, `a million lines open (${Date.now() - t} ms)`);
want((await page.locator(".text-foot").first().innerText()).includes("1,000,000 lines"), "a million lines are counted");
await page.locator(".windowed").focus();
await page.keyboard.press("End");
await page.waitForSelector('.row[data-line="1000000"]');
want((await page.locator('.row[data-line="1000000"]').innerText()).includes("echo 1000000"), "the last of a million lines can be seen");
await page.keyboard.press("Home");
const seen = new Set();
for (let i = 0; i < 5; i++) {
  for (const n of await page.locator(".row[data-line]").evaluateAll((r) => r.map((x) => Number(x.dataset.line)))) seen.add(n);
  await page.keyboard.press("PageDown");
  await page.waitForTimeout(60);
}
let gap = 0;
for (let n = 1; n <= Math.max(...seen); n++) if (!seen.has(n)) gap++;
want(gap === 0, `paging skips no line (${seen.size} seen, ${gap} skipped)`);
await shot(page, "million");
t = Date.now();
await go(page, "/actions/A-5", ".windowed .row");
want(true, `a megabyte of controls opens (${Date.now() - t} ms)`);

for (const [path, ready, name] of [["/sessions/S-1", ".transcript", "session"], ["/sessions/S-2", ".warnbox", "paused"], ["/tickets", "table", "tickets"], ["/ledger", ".ledger", "ledger"], ["/people", "table", "people"],
  ["/people/eve", "table", "person"], ["/systems", "table", "systems"], ["/policy", "table", "policy"], ["/acceptances", "table", "acceptances"], ["/revoke", "form", "revoke"]]) {
  await go(page, path, ready);
  await page.waitForTimeout(150);
  await shot(page, name);
}
await go(page, "/people", "table");
await page.keyboard.press("/");
await page.keyboard.type("zo");
want(await page.locator("tbody tr").count() === 1, "a list can be filtered");
await go(page, "/policy", "table");
await page.keyboard.press("j");
await page.keyboard.press("Enter");
await page.waitForSelector(".right .decide");
want((await page.locator(".right").innerText()).includes("An engineer of the system may propose"), "policy says why");
await shot(page, "policy-why");
await go(page, "/revoke", "form");
await page.locator("label:has-text('Which') input").fill("eve");
await page.locator("label:has-text('Why') input").fill("left");
await page.getByRole("button", { name: "See what it would end" }).click();
await page.waitForSelector(".preview");
await shot(page, "revoke-preview");
want((await page.locator(".preview").innerText()).includes("this ends 2 sessions"), "a revocation says first what it ends");
await go(page, "/ledger", ".ledger");
await page.locator(".entry-head").first().click();
want((await page.locator(".entry-body").first().innerText()).includes("</script>"), "an entry opens to its JSON");
want(bad.length === 0, "no violation of the page's policy, no error, no request elsewhere");

const dark = await enter("ed", { colorScheme: "dark" });
await go(dark, "/actions/A-1", ".text .row");
await shot(dark, "action-dark");
await go(dark, "/queue", ".cards");
await shot(dark, "queue-dark");
const small = await enter("ed", { viewport: { width: 420, height: 860 } });
await go(small, "/actions/A-1", ".text .row");
await shot(small, "action-small");
const before = bad.length;
const all = ["/queue", "/actions/A-1", "/sessions/S-1", "/ledger", "/people/eve", "/systems", "/policy", "/acceptances", "/revoke", "/keys"];
for (const [p, paths] of [[page, all], [dark, all.slice(0, 4)]]) for (const path of paths) {
  await go(p, path, "main h1");
  await p.waitForTimeout(200);
  const n = bad.length;
  await axe(p, path + (p === dark ? " (dark)" : ""));
  bad.splice(n, bad.length, ...bad.slice(n).filter((b) => b.startsWith("axe"))); // axe's own markup is not the page's
}
want(bad.length === before, "axe finds nothing");
await finish();
