// Passkeys in real browsers: made, vouched for, asked for where the profile wants a signature, and refused where they do not fit. Chromium's virtual
// authenticator (WebAuthn domain of the DevTools protocol) stands for the device.
import { bad, config, device, enter, finish, shot, start, want } from "./browser.mjs";

await start();

const ana = await enter("ana"), ed = await enter("ed"), ada = await enter("ada");
const devices = { ana: await device(ana), ed: await device(ed), ada: await device(ada) };

/** Makes a passkey in the console, and gives the name that the person reads to a voucher. */
async function make(page) {
  await page.goto(config.origin + "/keys");
  await page.getByRole("button", { name: "Make a passkey" }).click();
  return (await page.locator(".waiting code").first().innerText({ timeout: 20000 })).trim();
}

const names = { ana: await make(ana), ed: await make(ed), ada: await make(ada) };
want(/^passkey-SHA256:[A-Za-z0-9+/]{43}$/.test(names.ed), `a person makes a passkey, and it waits for a voucher: ${names.ed}`);
await shot(ed, "passkey-offered");
want(await ana.locator(".vouch li").count() === 0, "who may not enrol keys is not asked to vouch");

await ada.reload();
await ada.waitForSelector(".vouch li");
want(!(await ada.locator(".vouch").innerText()).includes(names.ada), "nobody is offered to vouch for themselves");
const self = await ada.evaluate(async (key) => (await fetch("/api/v1/people/ada/passkeys", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key }) })).status, names.ada);
want(self === 403, `the server refuses a voucher for oneself: ${self}`);
for (const who of ["ana", "ed"]) {
  const row = ada.locator(".vouch li", { hasText: names[who] });
  await row.getByRole("button", { name: "Vouch…" }).click();
  if (who === "ed") {
    await ada.locator("dialog input").fill("wrong!");
    await ada.locator("dialog button[type=submit]").click();
    await ada.waitForSelector("dialog .problem");
    want((await ada.locator("dialog .problem").innerText()).includes("not how its name ends"), "a name that does not match is not vouched for");
    await shot(ada, "passkey-vouch");
  }
  await ada.locator("dialog input").fill(names[who].slice(-6));
  await ada.locator("dialog button[type=submit]").click();
  await row.waitFor({ state: "detached" });
}
await ed.reload();
await ed.waitForSelector(`.keylist code:has-text("${names.ed}")`);
want(true, "a voucher enrols it");

// Ana's proposal carries her signature.
await ana.goto(config.origin + "/tickets");
await ana.getByRole("button", { name: "Open session" }).click();
await ana.waitForURL(/sessions/);
const session = new URL(ana.url()).pathname;
await ed.goto(config.origin + "/queue");
await ed.waitForSelector(".card-line");
await ed.keyboard.press("c");
await ed.waitForSelector(".presence.on");
async function propose(text) {
  await ana.waitForSelector("textarea.code:visible");
  await ana.locator("textarea.code").fill(text);
  await ana.getByRole("button", { name: "Propose", exact: true }).click();
}
await propose("echo signed");
want((await ana.locator(".propose .signature").innerText()).includes("your own signature"), "the engineer is told that a proposal is signed");
await ed.waitForSelector(".card.act");
await ed.locator(".card.act").click();
await ed.waitForSelector("button:has-text('Approve')");
want((await ed.locator(".decide .signature").innerText()).includes("not what this page showed you"), "the page says that an approval is signed, and what that proves");
await shot(ed, "passkey-asked");

/** Tries to approve, and gives what the page says against it. */
async function refused() {
  if (await ed.locator("dialog").count() === 0) {
    await ed.keyboard.press("a");
    await ed.locator("dialog textarea").fill("Prints a word.");
  }
  await ed.locator("dialog button[type=submit]").click();
  await ed.waitForFunction(() => document.querySelector("dialog .problem") && !document.querySelector("dialog button[type=submit]").disabled, null, { timeout: 30000 });
  return ed.locator("dialog .problem").innerText();
}
await devices.ed.verified(false);
const unverified = await refused();
want(unverified.includes("no signature was made"), `a device that does not verify its person makes no signature: ${unverified}`);
await shot(ed, "passkey-declined");
await devices.ed.verified(true);
await ed.locator("dialog button:has-text('Cancel')").click();

const [before] = await devices.ed.credentials();
await ed.keyboard.press("a");
await ed.locator("dialog textarea").fill("Prints a word.");
await ed.locator("dialog textarea").press("Control+Enter");
await ed.waitForSelector("text=exit status 0", { timeout: 30000 });
want((await ed.locator("section:has(> h2:has-text('What it printed'))").innerText()).includes("signed"), "what was signed by both runs");
await shot(ed, "passkey-done");

// A copy of Ed's device as it was before signs with a counter that goes back.
await propose("echo again");
await ed.goto(config.origin + "/queue");
await ed.waitForSelector(".card.act");
await ed.locator(".card.act").click();
await ed.waitForSelector("button:has-text('Approve')");
const [now] = await devices.ed.credentials();
want(now.signCount > before.signCount, `the device counts: ${before.signCount}, then ${now.signCount}`);
await devices.ed.restore({ ...now, signCount: 1 });
const copied = await refused();
want(copied.includes("copied"), `a copy of the device is found out: ${copied}`);
await devices.ed.restore(now);

// The key is retired while the page is open: the next approval has nothing to sign with.
await ada.goto(config.origin + "/people/ed");
await ada.locator("li", { hasText: names.ed }).getByRole("button", { name: "Retire…" }).click();
await ada.locator("dialog input").fill("lost");
await ada.locator("dialog button[type=submit]").click();
await ada.locator("li", { hasText: names.ed }).waitFor({ state: "detached" });
const gone = await refused();
want(gone.includes("no passkey"), `a retired passkey is not asked for: ${gone}`);
await ed.locator("dialog button:has-text('Cancel')").click();
const unsigned = await ed.evaluate(async () => {
  const id = location.pathname.split("/").pop(), page = await (await fetch("/api/v1/actions/" + id)).json();
  const r = await fetch(`/api/v1/actions/${id}/decision`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seat: page.seat, answer: "approve", words: "x", shown: { ...page.shown, page: document.querySelector('meta[name="page"]').content } }) });
  return r.status;
});
want(unsigned === 403, `the server takes no unsigned approval: ${unsigned}`);

// The session ends, and each party keeps its receipt.
await ed.keyboard.press("x");
await ed.locator("dialog textarea").fill("done");
await ed.locator("dialog button[type=submit]").click();
for (const page of [ed, ana]) {
  await page.goto(config.origin + session);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Receipt" }).click()]);
  await download.saveAs(`${config.dir}/${page === ed ? "ed" : "ana"}.receipt`);
}
want(true, "both parties download their receipt");
want(bad.length === 0, "no violation of the page's policy, no error, no request elsewhere");
await finish();
