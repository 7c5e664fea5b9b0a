import { render } from "preact";
import { useEffect } from "preact/hooks";
import { loadMe, me, post, Refusal, signedOut } from "./api";
import { helping, keysNow, move, useKeys } from "./keys";
import { awaySince, connected, escorting, heard, loadQueue, onNotice, queue, startLive, startNotifications, startPresence } from "./live";
import { AcceptancesPage } from "./pages/acceptances";
import { ActionPage } from "./pages/action";
import { LedgerPage } from "./pages/ledger";
import { PeoplePage, PersonPage } from "./pages/people";
import { DisclosuresPage } from "./pages/disclosures";
import { ApprovalsPage, RunbooksPage } from "./pages/exceptions";
import { ListsPage } from "./pages/lists";
import { PolicyPage } from "./pages/policy";
import { PolicyChangePage } from "./pages/policychange";
import { ProfilesPage } from "./pages/profiles";
import { EndingPage, WhoPage } from "./pages/questions";
import { QueuePage } from "./pages/queue";
import { ReplayPage } from "./pages/replay";
import { RevokePage } from "./pages/revoke";
import { SessionPage } from "./pages/session";
import { SessionsPage } from "./pages/sessions";
import { SystemsPage } from "./pages/systems";
import { TicketsPage } from "./pages/tickets";
import { YourKeysPage } from "./pages/yourkeys";
import { Kbd } from "./parts/bits";
import { Dialogs } from "./parts/dialog";
import { go, Link, path } from "./router";
import { signal } from "@preact/signals";
import "./style.css";

const failed = signal<Refusal | null>(null);

// The menu, in groups. A page is offered where the server says so for one of its names; also are pages reached from it.
const menu: { to: string; label: string; needs: string[]; k: string; group: string; also?: string[] }[] = [
  { to: "/queue", label: "Queue", needs: ["queue"], k: "1", group: "Work", also: ["actions"] }, { to: "/sessions", label: "Sessions", needs: ["sessions"], k: "2", group: "Work" }, { to: "/tickets", label: "Tickets", needs: ["tickets"], k: "3", group: "Work" },
  { to: "/people", label: "People", needs: ["people"], k: "4", group: "Who may what" }, { to: "/systems", label: "Systems", needs: ["systems"], k: "5", group: "Who may what", also: ["disclosures"] }, { to: "/policy", label: "Policy", needs: ["policy"], k: "6", group: "Who may what" },
  { to: "/policy/profiles", label: "Policy", needs: ["inforce"], k: "6", group: "Who may what", also: ["policy"] }, { to: "/acceptances", label: "Exceptions", needs: ["acceptances"], k: "7", group: "Who may what", also: ["runbooks", "approvals"] }, { to: "/runbooks", label: "Exceptions", needs: ["runbooks"], k: "7", group: "Who may what", also: ["acceptances", "approvals"] },
  { to: "/revoke", label: "Revoke", needs: ["revoke"], k: "8", group: "Who may what" }, { to: "/ledger", label: "Ledger", needs: ["ledger"], k: "9", group: "Evidence" }, { to: "/who", label: "Questions", needs: ["who"], k: "0", group: "Evidence", also: ["ending"] },
];
const offered = () => menu.filter((m, i) => me.value?.can.some((c) => m.needs.includes(c)) && !menu.slice(0, i).some((o) => o.k === m.k && me.value?.can.some((c) => o.needs.includes(c))));

function Page() {
  const p = path.value.split("/").filter(Boolean).map(decodeURIComponent);
  switch (p[0]) {
    case undefined: { const first = offered()[0]; if (first) queueMicrotask(() => go(first.to)); return first ? null : <p class="empty">This person holds no role yet, so there is nothing to show. An administrator assigns roles.</p>; }
    case "queue": return <QueuePage />;
    case "tickets": return <TicketsPage />;
    case "sessions": return !p[1] ? <SessionsPage /> : p[2] === "replay" ? <ReplayPage key={p[1]} id={p[1]} action={p[3]} /> : <SessionPage key={p[1]} id={p[1]} />;
    case "actions": return <ActionPage key={p[1]} id={p[1] ?? ""} />;
    case "ledger": return <LedgerPage />;
    case "people": return p[1] ? <PersonPage key={p[1]} id={p[1]} /> : <PeoplePage />;
    case "systems": return <SystemsPage />;
    case "disclosures": return <DisclosuresPage />;
    case "policy": return p[1] === "profiles" ? <ProfilesPage /> : p[1] === "lists" ? <ListsPage /> : p[1] === "change" ? <PolicyChangePage /> : <PolicyPage key={p[2]} person={p[1] === "people" ? p[2] : undefined} />;
    case "who": return <WhoPage />;
    case "ending": return <EndingPage />;
    case "acceptances": return <AcceptancesPage />;
    case "runbooks": return <RunbooksPage />;
    case "approvals": return <ApprovalsPage />;
    case "revoke": return <RevokePage />;
    case "keys": return <YourKeysPage />;
  }
  return <p class="empty">There is no page here. <Link to="/">Back to the beginning</Link></p>;
}

function Shell() {
  useKeys([
    { key: "j", says: "next", run: () => move(1) }, { key: "k", says: "previous", run: () => move(-1) },
    { key: "?", says: "show the keys", run: () => { helping.value = true; } }, { key: "u", says: "back", run: () => history.back() },
    ...offered().map((m) => ({ key: m.k, says: m.label, run: () => go(m.to) })),
  ]);
  const waiting = queue.value?.actions.length ?? 0;
  const away = awaySince.value > 0;
  useEffect(() => { document.title = away ? "Come back: your session pauses" : (waiting ? `(${waiting}) ` : "") + "Sallyport"; }, [waiting, away]);
  const mine = escorting(), lost = mine.filter((s) => heard.value[s.id] === false);
  const at = path.value.split("/")[1] ?? "";
  return (
    <div class="shell">
      <a class="skip" href="#main">Skip to the page</a>
      <nav class="rail" aria-label="Pages">
        <p class="brand"><img src="/icon.svg" alt="" width="22" height="22" />Sallyport</p>
        <ul>{offered().map((m, i, all) => <li>{m.group !== all[i - 1]?.group && <p class="group">{m.group}</p>}<Link to={m.to} current={m.to.split("/")[1] === at || !!m.also?.includes(at)}><span>{m.label}{m.to === "/queue" && waiting > 0 && <b class="count">{waiting}</b>}</span><Kbd k={m.k} /></Link></li>)}</ul>
        <div class="rail-foot">
          {mine.length > 0 && <p class={"presence " + (lost.length ? "off" : "on")}>{lost.length ? "not heard by the gateway" : `escorting ${mine.length === 1 ? "one session" : mine.length + " sessions"}`}</p>}
          <p class={"link " + (connected.value ? "on" : "off")}>{connected.value ? "live" : "connection lost"}</p>
          <p class="who"><bdi>{me.value!.name || me.value!.person}</bdi><small>{[...new Set((me.value!.roles ?? []).map((r) => r.role))].join(", ")}</small></p>
          <p><Link to="/keys" current={at === "keys"}>Your keys</Link></p>
          <p><button type="button" class="quiet" onClick={() => { helping.value = true; }}>Keys <Kbd k="?" /></button>
            <button type="button" class="quiet" onClick={() => void post("signout").finally(() => { signedOut.value = true; })}>Sign out</button></p>
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        {!connected.value && <p class="notice warnbox" role="alert">The connection to the gateway is lost. What you see may be old, and while your page is not heard nothing can start.</p>}
        <Page />
      </main>
      {helping.value && <Help />}
    </div>
  );
}

function Help() {
  return (
    <dialog ref={(d) => { if (d && !d.open) d.showModal(); }} onClose={() => { helping.value = false; }} aria-label="Keys">
      <h2>Keys on this page</h2>
      <dl class="keys"><div><dt><kbd>Enter</kbd></dt><dd>open</dd></div>{keysNow.value.map((k) => <div><dt><kbd>{k.key}</kbd></dt><dd>{k.says}</dd></div>)}</dl>
      <form method="dialog"><div class="buttons"><button class="primary" autoFocus>Close</button></div></form>
    </dialog>
  );
}

function App() {
  if (signedOut.value) {
    return <main class="card"><p class="brand">Sallyport</p><h1>You are not signed in</h1><p>Open a sign-in link. You get one by connecting with your key:</p><pre>ssh GATEWAY :link</pre><p class="hint">or, with an API token, from <code>sallyport signin</code>.</p></main>;
  }
  if (failed.value) return <main class="card"><h1>The gateway does not answer</h1><p>{failed.value.message}</p><p class="hint">{failed.value.hint}</p><button class="primary" onClick={() => location.reload()}>Try again</button></main>;
  if (!me.value) return null;
  return <><Shell /><Dialogs /></>;
}

render(<App />, document.getElementById("app")!);

loadMe().then(() => {
  startLive();
  startPresence();
  startNotifications();
  void loadQueue();
  onNotice(() => { void loadQueue(); });
  setInterval(loadQueue, 20000);
}).catch((e) => { if (!signedOut.value) failed.value = e as Refusal; });
