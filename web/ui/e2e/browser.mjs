// What the scripts share: a browser, people who sign in, and a watch over everything that must not happen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const config = JSON.parse(process.env.E2E);
export const bad = [];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
export async function start() {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

/** Signs somebody in, in a browser of their own, and watches it. */
export async function enter(person, opts = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 }, ...opts });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (e) => console.error(`VIOLATION ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
    window.alert = (m) => console.error("VIOLATION alert " + m);
  });
  const page = await context.newPage();
  page.on("console", (m) => { if (m.type() === "error" && !/status of (4\d\d|503)|ERR_ABORTED|ERR_CONNECTION/.test(m.text())) bad.push(`${person}: ${m.text()}`); });
  page.on("pageerror", (e) => bad.push(`${person}: ${e.message}`));
  page.on("request", (r) => { if (!r.url().startsWith(config.origin) && !r.url().startsWith("blob:")) bad.push(`${person}: request to ${r.url()}`); });
  await page.goto(config.links[person].shift());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((u) => !u.pathname.startsWith("/signin"));
  return page;
}

/** Opens another tab before page, as a person does who looks elsewhere; the answer brings page back. Playwright pretends that every page has the focus, in a session
 * of its own, so that none is ever hidden: that is taken away from this page first. */
export async function lookAway(page) {
  const client = page._connection.toImpl(page)?.delegate?._mainFrameSession?._client;
  if (!client) throw new Error("this version of playwright keeps its session elsewhere: no page can be hidden");
  await client.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  const other = await page.context().newPage();
  await other.bringToFront();
  await until(() => page.evaluate(() => document.hidden), "the tab is hidden");
  return async () => { await other.close(); await page.bringToFront(); await until(() => page.evaluate(() => !document.hidden), "the tab is in sight again"); };
}

/** Gives a page a device of its own: Chromium's virtual authenticator (WebAuthn domain of the DevTools protocol). */
export async function device(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  return {
    verified: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    /** Puts back a copy of the device as it was when c was taken. */
    restore: async (c) => { await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: c.credentialId }); await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: c }); },
  };
}

export async function shot(page, name) {
  if (config.shots) await page.screenshot({ path: `${config.shots}/${name}.png` });
}

/** What axe holds against a page. Run last: axe itself makes markup from strings. */
export async function axe(page, where) {
  await page.evaluate(axeSource);
  const r = await page.evaluate(async () => {
    const r = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] });
    return r.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join(" | ")}`);
  });
  for (const v of r) bad.push(`axe on ${where}: ${v}`);
}

/** Waits until f says so. Playwright's own waitForFunction makes code from a string, which the page's policy forbids. */
export async function until(f, what, ms = 15000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) if (await f()) { want(true, what); return; }
  want(false, `${what} (not within ${ms} ms)`);
}

export function want(ok, what) {
  if (ok) console.log("ok   " + what);
  else { console.log("FAIL " + what); bad.push(what); }
}

export async function finish() {
  await browser.close();
  if (bad.length > 0) { console.log("\n" + bad.join("\n")); process.exit(1); }
}
