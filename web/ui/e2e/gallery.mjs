// Every page, full of hostile content, in both themes.
import { axe, bad, config, enter, finish, shot, start, until, want } from "./browser.mjs";

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
want((await page.locator(".pin .row.lit").first().innerText()).includes("collect.example.net"), "a finding leads to its line, in the file that the text runs");
await page.locator(".findings .lines").last().click();
want(await page.locator(".left > section:first-child .row.lit").count() >= 1, "or to its line of the text");
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

for (const [path, ready, name] of [["/sessions/S-1", ".transcript", "session"], ["/sessions/S-2", ".warnbox", "paused"], ["/sessions/S-3", ".match", "free"], ["/tickets", "table", "tickets"], ["/ledger", ".ledger", "ledger"], ["/people", "table", "people"],
  ["/people/eve", "table", "person"], ["/systems", "table", "systems"], ["/policy", "table", "policy"], ["/acceptances", "table", "acceptances"], ["/revoke", "form", "revoke"], ["/sessions", "table", "sessions"], ["/policy/people/eve", "table", "policy-person"],
  ["/policy/profiles", "table", "profiles"], ["/policy/lists", "table", "lists"], ["/policy/change", "form", "policy-change"], ["/disclosures", "table", "disclosures"], ["/runbooks", ".text .row", "runbooks"], ["/approvals", "table", "approvals"], ["/ending", "table", "ending"], ["/who", "form", "who"], ["/sessions/S-6/replay", "form", "replay-before"]]) {
  await go(page, path, ready);
  await page.waitForTimeout(150);
  await shot(page, name);
}
// A recording: nothing is asked for before somebody says that they watch.
let asked = 0;
page.on("request", (r) => { if (r.url().endsWith("/watch")) asked++; });
await go(page, "/sessions/S-6/replay", "form");
want(asked === 0, "nothing of a recording is loaded before somebody says that they watch");
want((await page.locator(".watchers").innerText()).includes("yearly <b>review</b>"), "who has watched is listed");
await page.getByLabel("Why do you watch?").fill("audit");
await page.getByRole("button", { name: "Watch" }).click();
await page.waitForSelector(".deck");
await page.waitForSelector("text=Loading", { state: "detached" });
want(asked === 4, `every part is loaded (${asked})`);
const position = page.getByLabel("position"), screen = page.locator(".stage-rows");
await position.fill("500");
let drawn = await screen.innerText();
want(drawn.includes("‹ESC›[2J") && drawn.includes("<script>alert(1)</script>") && !drawn.includes("half a line"), "at half a second it shows what had come by then, sequences as text");
await page.keyboard.press("]");
await until(async () => await page.locator(".jumps li:nth-child(2) .jump").getAttribute("aria-current") === "true", "] jumps to the next action");
await page.keyboard.press("End"); // the slider still has the focus
await until(async () => (await screen.innerText()).includes("exit status 3"), "the end of the slider is the end of the recording");
want((await screen.innerText()).includes("Part 2 is missing here: this part of the recording cannot be read."), "a part that cannot be read leaves a gap that is said, and the rest is shown");
want((await page.locator(".clock").innerText()).startsWith("0:0"), "a minute of silence is cut");
await page.getByLabel("cut waits to 2 s").uncheck();
want((await page.locator(".clock").innerText()).includes("/ 1:0"), "and is there again when asked for");
await page.getByLabel("search the recording").fill("WARNING: half");
await page.getByLabel("search the recording").press("Enter");
await until(async () => (await page.locator(".st.hit").allInnerTexts()).some((t) => t.includes("half a line")), "a hit is lit");
want((await page.locator(".find").innerText()).includes("1 line"), "a search finds what is cut by sequences and leads there");
await shot(page, "replay");
await page.getByRole("tab", { name: "Transcript" }).click();
await page.getByLabel("search the recording").fill("");
await page.waitForSelector(".t-line");
drawn = await page.locator(".transcript-lines").innerText();
want(drawn.includes("failed after a minute: ‹202E›gnp.exe") && drawn.includes("overwritten‹0D›faked"), "the transcript spells out what a screen would hide");
await shot(page, "transcript");
await page.locator(".t-line", { hasText: "overwritten" }).click();
await until(async () => await screen.count() === 1 && (await screen.innerText()).includes("‹xFF›"), "a line of the transcript can be opened");
want(!(await screen.innerText()).includes("second action"), "a line of the transcript leads to its moment");
await page.getByLabel("speed").selectOption("16");
await page.locator(".stage-rows").focus();
await page.keyboard.press(" ");
await until(async () => (await screen.innerText()).includes("exit status 3"), "it plays, sixteen times as fast");
await page.waitForSelector("button:has-text('Play')");

await go(page, "/policy/change", "form");
await page.getByRole("button", { name: "See what it would change" }).click();
await page.waitForSelector(".preview");
want((await page.locator(".preview .summary").innerText()).includes("1 answer would change, and 1 live session would end"), "a change of policy says first what it changes");
await shot(page, "policy-preview");
const [put] = await Promise.all([page.waitForRequest((r) => r.method() === "PUT" && r.url().endsWith("/policies/open")), (async () => { await page.getByRole("button", { name: "Put in force…" }).click(); await page.locator("dialog button[type=submit]").click(); })()]);
want(JSON.parse(put.postData()).content === "e30=", "what is put in force is what was looked at");
await go(page, "/sessions/S-3", ".match");
want((await page.locator(".match").innerText()).includes("1 of 3 may take the seat") && (await page.locator(".match details").textContent()).includes("They lack nginx."), "who could escort is named, and why others may not");
await go(page, "/who", "form");
await page.getByLabel("was, at the time").fill("Contoso");
const [who] = await Promise.all([page.waitForRequest(/api\/v1\/who/), page.getByRole("button", { name: "Answer" }).click()]);
want(decodeURIComponent(who.url()).includes("fact=employer=Contoso&deed=proposed&deed=saw"), "a question about the past is asked of the server");
await page.waitForSelector("tbody tr");
await page.locator("tbody tr").first().click();
want((await page.locator(".right").innerText()).includes("·[2J<script>alert(1)</script>"), "what was seen is shown, and inert");
await shot(page, "who-answer");
await go(page, "/policy/lists", "table");
want((await page.locator("tr:has-text('EAR Country Group D')").innerText()).includes("not confirmed"), "an unconfirmed list is marked");
await go(page, "/people/eve", "table");
const eve = await page.locator("main").innerText();
for (const word of ["expired", "unknown", "self-asserted"]) want(eve.includes(word), `a fact that is ${word} says so`);
await go(page, "/sessions", ".ask-card");
const [yes] = await Promise.all([page.waitForRequest(/S-5\/approve/), (async () => { await page.keyboard.press("A"); await page.locator("dialog textarea").fill("for the incident"); await page.locator("dialog textarea").press("Control+Enter"); })()]);
want(JSON.parse(yes.postData()).words === "for the incident", "a session that waits is approved from the list");
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
want((await page.locator("table").innerText()).includes("left <b>us</b>") && await page.getByRole("button", { name: "Restore…" }).count() === 1, "what is revoked is listed, and can be restored by whoever may");
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
for (const [path, ready, name] of [["/people", "table", "people-small"], ["/policy/profiles", "table", "profiles-small"], ["/sessions", "table", "sessions-small"]]) {
  await go(small, path, ready);
  await shot(small, name);
  want(await small.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${path} fits a small window`);
}
const before = bad.length;
const all = ["/queue", "/actions/A-1", "/sessions/S-1", "/people/eve", "/ledger", "/systems", "/policy", "/acceptances", "/revoke", "/keys", "/who", "/ending", "/sessions", "/policy/people/eve", "/policy/profiles", "/policy/lists", "/policy/change",
  "/disclosures", "/runbooks", "/approvals", "/sessions/S-6/replay"];
for (const [p, paths] of [[page, all], [dark, all.slice(0, 4)]]) for (const path of paths) {
  await go(p, path, "main h1");
  await p.waitForTimeout(200);
  const n = bad.length;
  await axe(p, path + (p === dark ? " (dark)" : ""));
  bad.splice(n, bad.length, ...bad.slice(n).filter((b) => b.startsWith("axe"))); // axe's own markup is not the page's
}
want(bad.length === before, "axe finds nothing");
await finish();
