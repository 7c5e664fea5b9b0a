// A shift of two escorts: Ed looks away, comes back, hands over to Eva; Eva is notified, looks away for too long, and the session ends.
import { bad, config, enter, finish, lookAway, shot, start, until, want } from "./browser.mjs";

await start();
const jump = (by) => fetch(`${config.clock}?by=${by}`);
const ana = await enter("ana"), ed = await enter("ed");
const eva = await enter("eva", { permissions: ["notifications"] });
await eva.addInitScript(() => {
  window.notes = [];
  const Real = window.Notification;
  window.Notification = class extends Real { constructor(title, o) { super(title, o); window.notes.push(`${title}: ${o.body}`); } };
});

await ana.goto(config.origin + "/tickets");
await ana.getByRole("button", { name: "Open session" }).click();
await ana.waitForURL(/sessions/);
const session = new URL(ana.url()).pathname;
await ed.waitForSelector(".card-line");
await ed.keyboard.press("c");
await ed.waitForSelector(".presence.on");
await ed.goto(config.origin + session);
await ed.waitForSelector(".transcript, .empty");

// Ed looks at another tab.
let back = await lookAway(ed);
await until(async () => await ed.title() === "Come back: your session pauses", "the title of the hidden tab asks its escort to come back");
await jump("30s");
await new Promise((r) => setTimeout(r, 2500));
want(!(await ana.locator("main").innerText()).includes("Paused"), "half a grace pauses nothing");
await jump("31s");
await until(async () => (await ana.locator("main").innerText()).includes("Paused: the escort's page is hidden"), "a tab that is hidden for longer than the profile's grace pauses the session, and the engineer reads why");
await back();
await ed.waitForSelector(".state.s-paused");
await shot(ed, "shift-paused");
await ed.keyboard.press("p");
await ed.waitForSelector(".state.s-open");
want(await ed.title() === "Sallyport", "whoever is back resumes");

// Work waits, and Ed's shift ends.
await ana.waitForSelector("textarea.code:visible");
await ana.locator("textarea.code").fill("echo handed over");
await ana.getByRole("button", { name: "Propose", exact: true }).click();
await ed.waitForSelector(".step .v-low, .step .chip");
await ed.keyboard.press("h");
await ed.getByLabel("What the next escort should know").fill("One proposal waits. She restarts nothing.");
await ed.locator("dialog button[type=submit]").click();
await until(async () => (await ed.locator("main").innerText()).includes("the next escort"), "until somebody claims it, the session waits for the next escort");
await eva.goto(config.origin + "/queue");
await eva.waitForSelector(".card-line button:has-text('Claim')");
await shot(eva, "shift-offered");
want(await eva.locator(".card.act").count() === 0 || !(await eva.locator(".card.act").first().innerText()).includes("for you"), "an offered session's action is nobody's yet");
await eva.keyboard.press("c");
await eva.waitForSelector(".presence.on");
await until(async () => !(await ed.locator(".rail").innerText()).includes("escorting"), "who handed over no longer escorts");
await eva.waitForSelector(".card.act");
await eva.locator(".card.act").click();
await eva.waitForSelector("button:has-text('Approve')");
await eva.keyboard.press("a");
await eva.locator("dialog textarea").fill("Prints two words.");
await eva.locator("dialog textarea").press("Control+Enter");
await eva.waitForSelector("text=exit status 0", { timeout: 30000 });
await until(async () => (await ana.locator(".transcript").innerText()).includes("handed over"), "the next escort decides, and it runs");
await eva.goto(config.origin + session);
await eva.waitForSelector(".transcript");
want((await eva.locator("aside").innerText()).includes("Eva"), "the session names its new escort");
await shot(eva, "shift-taken");

// Eva asks to be notified, and looks away.
await eva.goto(config.origin + "/queue");
await eva.waitForSelector(".presence.on");
const button = eva.getByRole("button", { name: "Notify me in this browser" });
if (await button.count()) await button.click();
back = await lookAway(eva);
await ana.locator("textarea.code").fill("echo again");
await ana.getByRole("button", { name: "Propose", exact: true }).click();
await until(async () => (await eva.evaluate(() => window.notes)).some((n) => /^Something waits for you: A-/.test(n)), "a hidden page is told in a notification that something waits, without a word of it");
await until(async () => (await eva.evaluate(() => window.notes)).some((n) => n.includes("Come back")), "and after ten seconds to come back");
await jump("61s");
await until(async () => (await ana.locator("main").innerText()).includes("Paused"), "it pauses again");
await jump("61s");
await until(async () => (await ana.locator("main").innerText()).includes("the escort's page was hidden for too long"), "nobody comes back: the session ends, and the engineer reads why");
await shot(ana, "shift-ended");
await back();
want(bad.length === 0, "no violation of the page's policy, no error, no request elsewhere");
await finish();
