// A whole session under a profile that asks for everything: its own approval, consent, qualified and screened people, signatures. And one that is refused,
// with the sentence that says why.
import { bad, config, device, enter, finish, shot, start, until, want } from "./browser.mjs";

await start();
const { profile, consent, signed, held, refusal } = config.story;
const ana = await enter("ana"), ed = await enter("ed"), ada = await enter("ada"), eva = await enter("eva");
await device(ana); await device(ed);

// Who signs makes a passkey, and the administrator vouches for it.
for (const page of signed ? [ana, ed] : [ed]) {
  await page.goto(config.origin + "/keys");
  await page.getByRole("button", { name: "Make a passkey" }).click();
  const name = (await page.locator(".waiting code").first().innerText({ timeout: 20000 })).trim();
  await ada.goto(config.origin + "/keys");
  const row = ada.locator(".vouch li", { hasText: name });
  await row.getByRole("button", { name: "Vouch…" }).click();
  await ada.locator("dialog input").fill(name.slice(-6));
  await ada.locator("dialog button[type=submit]").click();
  await row.waitFor({ state: "detached" });
}

await ana.goto(config.origin + "/tickets");
await ana.getByRole("button", { name: "Open session" }).click();
await ana.waitForURL(/sessions/);
await until(async () => (await ana.locator("main").innerText()).includes("needs its own approval before it opens"), `${profile}: the engineer reads what the session waits for`);
const session = new URL(ana.url()).pathname;
want(await ana.locator("textarea.code").count() === 0, "before it opens nothing can be proposed");

await eva.goto(config.origin + "/sessions");
await eva.waitForSelector(".ask-card");
want((await eva.locator(".ask-card").innerText()).includes("from US"), "the approver sees who it is, and from where");
await shot(eva, `${profile}-asked`);
await eva.keyboard.press("A");
await eva.locator("dialog textarea").fill("for the incident");
await eva.locator("dialog textarea").press("Control+Enter");
await eva.waitForSelector(".ask-card", { state: "detached" });
if (consent) {
  await until(async () => (await ana.locator("main").innerText()).includes("system owner has not consented"), "the session waits for its system owner too");
  const olli = await enter("olli");
  await olli.goto(config.origin + "/sessions");
  await olli.waitForSelector(".ask-card");
  await olli.getByRole("button", { name: "Consent as owner" }).click();
  await olli.waitForSelector(".ask-card", { state: "detached" });
}
await until(async () => (await ana.locator(".state.s-open").count()) === 1, "approved, it opens by itself");

await ed.goto(config.origin + "/queue");
await ed.waitForSelector(".card-line button:has-text('Claim')");
want((await ed.locator(".card-line").first().innerText()).includes("may take the seat"), "the queue says who could take it");
await shot(ed, `${profile}-queue`);
await ed.keyboard.press("c");
await ed.waitForSelector(".presence.on");
await ana.waitForSelector("textarea.code:visible");
await ana.locator("textarea.code").fill("echo works under a profile");
await ana.getByRole("button", { name: "Propose", exact: true }).click();
await ed.waitForSelector(".card.act");
await ed.locator(".card.act").click();
await ed.waitForSelector("button:has-text('Approve')");
await ed.keyboard.press("a");
await ed.locator("dialog textarea").press("Control+Enter");
want(await ed.locator("dialog[open]").count() === 1, "an approval without words is none");
await ed.locator("dialog textarea").fill("Prints a line.");
await ed.locator("dialog textarea").press("Control+Enter");
await ed.waitForSelector("text=exit status 0", { timeout: 30000 });
await shot(ed, `${profile}-done`);
if (held) {
  want(!(await ana.locator(".transcript pre").first().innerText()).includes("works under"), "what it printed is held");
  await ed.getByRole("button", { name: "Release to the engineer…" }).click();
  await ed.locator("dialog button[type=submit]").click();
}
await until(async () => (await ana.locator(".transcript pre").first().innerText()).includes("works under a profile"), "the engineer sees what it printed");
await shot(ana, `${profile}-engineer`);
await ed.goto(config.origin + session);
await ed.waitForSelector(".transcript");

// Nils's facts are others: the gateway says no, in the sentence of the rule.
const nils = await enter("nils");
await nils.goto(config.origin + "/tickets");
await nils.getByRole("button", { name: "Open session" }).click();
await nils.waitForSelector(".problem");
const why = await nils.locator(".problem").innerText();
want(why.includes(refusal), `${profile}: a refusal says why: ${why}`);
await shot(nils, `${profile}-refused`);
await ada.goto(config.origin + "/policy/people/nils");
await ada.waitForSelector("table");
want((await ada.locator(".right").innerText()).includes(refusal) && (await ada.locator(".right").innerText()).includes("What would change the answer"), "the policy page gives the same reason, and what would change it");
await shot(ada, `${profile}-why`);
want(bad.length === 0, "no violation of the page's policy, no error, no request elsewhere");
await finish();
