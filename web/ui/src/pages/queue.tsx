import { post } from "../api";
import { useKeys } from "../keys";
import { askToNotify, loadQueue, notifying, queue, queueError } from "../live";
import { attempt } from "../parts/dialog";
import { Ago, Button, Empty, Head, Party, Problem, State, Until, Verdict } from "../parts/bits";
import { Link } from "../router";
import type { Session } from "../types";
import { plural, stateWords, waitingWords } from "../words";

const claim = (s: Session) => attempt(async () => { await post(`sessions/${s.id}/claim`); await loadQueue(); }, "Claimed: you are the escort of this session.");

/** The session whose row has the focus, or the only one that can be claimed. */
function claimable(sessions: Session[]) {
  const row = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-session]")?.dataset.session;
  const can = sessions.filter((s) => s.can?.includes("claim"));
  return can.find((s) => s.id === row) ?? (can.length === 1 ? can[0] : undefined);
}

export function QueuePage() {
  const q = queue.value;
  useKeys([{ key: "c", says: "claim the session", run: () => { const s = claimable(q?.sessions ?? []); if (s) void claim(s); } }]);
  const sessions = new Map((q?.sessions ?? []).map((s) => [s.id, s]));
  return (
    <>
      <Head title="Queue" sub="What waits for you, and the sessions that you escort or may claim.">
        {!notifying.value && typeof Notification !== "undefined" && Notification.permission !== "denied" &&
          <Button onClick={() => void askToNotify()}>Notify me in this browser</Button>}
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
                    <span class="c-main"><b>{s.ticket.title || s.ticket.id}</b><span class="sum">{s.ticket.id} · {s.system} · engineer <Party p={s.engineer} /></span></span>
                    <span class="c-side">escort: <Party p={s.escort} plain />{needs(s).length > 0 && <><br /><span class="warn">needs {needs(s).join(", ")}</span></>}</span>
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

export const needs = (s: Session) => (s.waiting ?? []).map((w) => waitingWords[w] ?? w);

export function firstLine(text: string): string {
  const lines = text.split("\n").filter((l) => l.trim() !== "");
  const first = (lines[0] ?? "").trim();
  const more = lines.length - 1;
  return (first.length > 160 ? first.slice(0, 160) + " …" : first || "(nothing but blanks)").replace(/[\p{Cf}\p{Cc}]/gu, "·") + (more > 0 ? `   … and ${plural(more, "more line")}` : "");
}
