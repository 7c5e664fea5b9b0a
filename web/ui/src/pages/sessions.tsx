import { useState } from "preact/hooks";
import { get } from "../api";
import { useLoad } from "../live";
import { attempt } from "../parts/dialog";
import { Button, Head, Party, Problem, State, Until, When } from "../parts/bits";
import { SessionTools } from "../parts/sessionkeys";
import { Table } from "../parts/table";
import { Link } from "../router";
import type { Session, SessionsPage as Page } from "../types";
import { plural, stateWords } from "../words";
import { needs } from "./queue";

const states: [string, string][] = [["live", "not ended"], ["requested", "waiting to open"], ["open", "open"], ["ended", "ended"], ["refused", "refused"], ["", "all"]];

/** Every session that one takes part in or may watch: what waits for an approval, what is open, what can be watched again. */
export function SessionsPage() {
  const [state, setState] = useState("live");
  const { data, error, reload } = useLoad<Page>(`sessions?state=${state}`, (n) => n.kind.startsWith("session.") || n.kind === "consent.given");
  const [older, setOlder] = useState<{ of: string; sessions: Session[]; next?: number } | null>(null);
  const more = older?.of === state ? older : null;
  const next = more ? more.next : data?.next;
  const load = () => attempt(async () => { const p = await get<Page>(`sessions?state=${state}&before=${next}`); setOlder({ of: state, sessions: [...(more?.sessions ?? []), ...p.sessions], next: p.next }); });
  const rows = [...(data?.sessions ?? []), ...(more?.sessions ?? [])];
  const waiting = rows.filter((s) => s.state === "requested" && (s.can?.includes("approve") || s.can?.includes("consent")));
  return (
    <>
      <Head title="Sessions" sub="What waits to open, what is open, and what can be watched again." />
      <Problem e={error} />
      {waiting.length > 0 && (
        <section aria-labelledby="for-you"><h2 id="for-you">{plural(waiting.length, "session")} {waiting.length === 1 ? "waits" : "wait"} for you to say yes or no</h2>
          <ul class="cards">{waiting.map((s) => <Waiting key={s.id} s={s} reload={reload} only={waiting.length === 1} />)}</ul></section>
      )}
      <div class="bar filters"><label>show <select value={state} onChange={(e) => { setState(e.currentTarget.value); setOlder(null); }}>{states.map(([k, w]) => <option value={k}>{w}</option>)}</select></label></div>
      {data && <Table name="sessions" what="session" none={state === "live" ? "No session is open or asked for." : "There is no such session."} rows={rows} id={(s) => s.id} text={(s) => JSON.stringify(s)} open={(s) => `/sessions/${s.id}`} cols={[
        { head: "Session", class: "grow", cell: (s) => <><Link to={`/sessions/${s.id}`}><bdi>{s.ticket.title || s.ticket.id}</bdi></Link><small>{s.ticket.id} · {s.id}</small></> },
        { head: "System", cell: (s) => <>{s.system}<small>mode {s.mode}</small></> },
        { head: "Engineer", cell: (s) => <Party p={s.engineer} plain /> }, { head: "Escort", cell: (s) => <Party p={s.escort} plain /> },
        { head: "State", cell: (s) => <><State s={s.state}>{stateWords[s.state] ?? s.state}</State>{s.state !== "ended" && needs(s).map((w) => <small class="warn">{w}</small>)}{s.why && <small>{s.why}</small>}</> },
        { head: "Asked for", cell: (s) => <When t={s.opened} /> },
        { head: "Ends", cell: (s) => (s.state === "ended" || s.state === "refused" ? <span class="dim">over</span> : <Until t={s.until} />) },
        { head: "", cell: (s) => s.state !== "requested" && s.state !== "refused" && <Link to={`/sessions/${s.id}/replay`}>recording</Link> },
      ]} />}
      {next ? <div class="buttons pager"><Button onClick={() => void load()}>Older</Button></div> : null}
    </>
  );
}

/** A session that asks for a yes: who, from where, for whom, for how long, and the buttons. */
function Waiting({ s, reload, only }: { s: Session; reload: () => void; only: boolean }) {
  return (
    <li class="ask-card">
      <p><b><bdi>{s.ticket.title || s.ticket.id}</bdi></b> <span class="dim">{s.ticket.id} on {s.system}, mode {s.mode}</span></p>
      <p>engineer <Party p={s.engineer} /></p>
      {s.ticket.text && <p class="ticket-text">{s.ticket.text}</p>}
      <p class="dim">targets {(s.ticket.targets ?? []).join(", ")} · asked for <When t={s.opened} /> · until <When t={s.until} /></p>
      {needs(s).length > 0 && <ul class="cannot">{needs(s).map((w) => <li>{w}</li>)}</ul>}
      <div class="buttons"><SessionTools s={s} reload={reload} quiet={!only} /><Link to={`/sessions/${s.id}`}>everything about it</Link></div>
    </li>
  );
}
