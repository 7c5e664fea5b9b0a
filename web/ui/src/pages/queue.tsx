import { useRef, useState } from "preact/hooks";
import { post } from "../api";
import { useKeys } from "../keys";
import { askToNotify, loadQueue, notifying, queue, queueError } from "../live";
import { attempt } from "../parts/dialog";
import { Ago, Button, Empty, Head, Party, Problem, save, State, Until, Verdict } from "../parts/bits";
import { MatchLine } from "../parts/match";
import { Link } from "../router";
import type { Queue, Session } from "../types";
import { plural, stateWords, waitingWords } from "../words";

const claim = (s: Session) => attempt(async () => { await post(`sessions/${s.id}/claim`); await loadQueue(); }, "Claimed: you are the escort of this session.");

/** The session whose row has the focus, or the only one that can be claimed. */
function claimable(sessions: Session[]) {
  const row = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-session]")?.dataset.session;
  const can = sessions.filter((s) => s.can?.includes("claim"));
  return can.find((s) => s.id === row) ?? (can.length === 1 ? can[0] : undefined);
}

export function QueuePage() {
  const [filter, setFilter] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const q = queue.value && narrow(queue.value, filter);
  useKeys([{ key: "/", says: "filter the queue", run: () => input.current?.focus() }, { key: "c", says: "claim the session", run: () => { const s = claimable(q?.sessions ?? []); if (s) void claim(s); } }]);
  const sessions = new Map((q?.sessions ?? []).map((s) => [s.id, s]));
  return (
    <>
      <Head title="Queue" sub="What waits for you, and the sessions that you escort or may claim.">
        {!notifying.value && typeof Notification !== "undefined" && Notification.permission !== "denied" &&
          <Button onClick={() => void askToNotify()}>Notify me in this browser</Button>}
        <input ref={input} type="search" class="short" placeholder="filter  /" aria-label="filter the queue" value={filter} onInput={(e) => setFilter(e.currentTarget.value)} />
        <Button onClick={() => save("queue.json", q)}>JSON</Button>
      </Head>
      <Problem e={queueError.value} />
      {q && (
        <>
          <section aria-labelledby="waiting">
            <h2 id="waiting">{q.actions.length ? `${plural(q.actions.length, "action")} ${q.actions.length === 1 ? "waits" : "wait"} for you` : "Actions"}</h2>
            {q.actions.length === 0 ? <Empty>Nothing waits for a decision. New proposals appear here by themselves.</Empty> : (
              <ul class="cards">{q.actions.map((a) => {
                const s = sessions.get(a.session);
                return (
                  <li key={a.id}><Link to={`/actions/${a.id}`} row class={"card act lv-" + (a.verdict ?? "none")}>
                    <span class="c-verdict"><Verdict v={a.verdict} /></span>
                    <span class="c-main"><code class="first">{firstLine(a.text)}</code><span class="sum">{a.summary || stateWords[a.state]}</span></span>
                    <span class="c-side"><b>{a.target}</b><br />{s ? <><Party p={s.engineer} plain /> · {s.ticket.id}</> : <span class="dim">session {a.session}</span>}</span>
                    <span class="c-side c-wait">for {a.waiting || "you"}<br /><Ago t={a.proposed} /></span>
                  </Link></li>
                );
              })}</ul>
            )}
          </section>
          <section aria-labelledby="sessions">
            <h2 id="sessions">Sessions</h2>
            {q.sessions.length === 0 ? <Empty>No session is open to you now.</Empty> : (
              <ul class="cards">{q.sessions.map((s) => (
                <li key={s.id} data-session={s.id} class="card-line">
                  <Link to={`/sessions/${s.id}`} row class="card">
                    <span class="c-verdict"><State s={s.state}>{stateWords[s.state] ?? s.state}</State></span>
                    <span class="c-main"><b>{s.ticket.title || s.ticket.id}</b><span class="sum">{s.ticket.id} · {s.system} · engineer <Party p={s.engineer} /></span>{s.match && <MatchLine m={s.match} />}</span>
                    <span class="c-side">escort: <Party p={s.escort} plain />{needs(s).length > 0 && <><br /><span class="warn">{needs(s).every((w) => /^[a-z]/.test(w)) ? `needs ${needs(s).join(", ")}` : needs(s).join(" ")}</span></>}</span>
                    <span class="c-side c-wait"><Until t={s.until} /></span>
                  </Link>
                  {s.can?.includes("claim") && <Button kind="primary" k="c" onClick={() => void claim(s)}>Claim</Button>}
                </li>
              ))}</ul>
            )}
          </section>
        </>
      )}
    </>
  );
}

/** What of a queue holds every word of a filter. */
function narrow(q: Queue, filter: string): Queue {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (v: unknown) => { const t = JSON.stringify(v).toLowerCase(); return words.every((w) => t.includes(w)); };
  return words.length === 0 ? q : { sessions: q.sessions.filter(fits), actions: q.actions.filter(fits) };
}

export const needs = (s: Session) => (s.waiting ?? []).map((w) => waitingWords[w] ?? w);

export function firstLine(text: string): string {
  const lines = text.split("\n").filter((l) => l.trim() !== "");
  const first = (lines[0] ?? "").trim();
  const more = lines.length - 1;
  return (first.length > 160 ? first.slice(0, 160) + " …" : first || "(nothing but blanks)").replace(/[\p{Cf}\p{Cc}]/gu, "·") + (more > 0 ? `   … and ${plural(more, "more line")}` : "");
}
