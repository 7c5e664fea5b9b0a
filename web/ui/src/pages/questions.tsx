import { useState } from "preact/hooks";
import { get, me, type Refusal } from "../api";
import { useLoad } from "../live";
import { attempt } from "../parts/dialog";
import { Button, Empty, Head, Problem, save, Until, When } from "../parts/bits";
import { Table } from "../parts/table";
import { Tabs } from "../parts/tabs";
import { Link } from "../router";
import type { Ending, Fact, WhoAnswer, WhoRow } from "../types";
import { plural } from "../words";
import { factWords } from "./people";

export const QuestionTabs = () => {
  const can = (w: string) => !!me.value?.can.includes(w);
  return <Tabs of={[{ to: "/who", label: "Who did and saw what", shown: can("who") }, { to: "/ending", label: "What ends soon" }, { to: "/policy", label: "Who may what, now or then", shown: can("policy") }]} />;
};

const deeds: [string, string][] = [["proposed", "proposed"], ["saw", "saw"], ["decided", "decided"], ["ran", "ran"], ["did", "did otherwise"]];
const kinds = ["employer", "country", "citizenship", "location", "office", "residence", "screening", "clearance", "training", "agreement", "qualification"];

/** Questions about the past, answered from the ledger with the facts of the time. */
export function WhoPage() {
  const [v, setV] = useState({ person: "", kind: "employer", value: "", system: "", session: "", since: "", until: "", texts: false });
  const [picked, setPicked] = useState<string[]>(["proposed", "saw", "decided", "ran"]);
  const [a, setA] = useState<{ q: string; rows: WhoRow[]; last: WhoAnswer } | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (k: string) => (e: { currentTarget: { value: string } }) => setV({ ...v, [k]: e.currentTarget.value });
  const query = () => {
    const q = new URLSearchParams();
    for (const k of ["person", "system", "session"] as const) if (v[k].trim()) q.set(k, v[k].trim());
    if (v.value.trim()) q.append("fact", `${v.kind}=${v.value.trim()}`);
    for (const d of picked) q.append("deed", d);
    if (v.since) q.set("since", v.since + ":00Z");
    if (v.until) q.set("until", v.until + ":00Z");
    if (v.texts) q.set("bytes", "1");
    return q.toString();
  };
  const ask = async () => {
    setError(null); setA(null); setBusy(true);
    try { const q = query(), last = await get<WhoAnswer>("who?" + q); setA({ q, rows: last.rows, last }); } catch (e) { setError(e as Refusal); }
    setBusy(false);
  };
  const more = () => attempt(async () => { const last = await get<WhoAnswer>(`who?${a!.q}&from=${a!.last.next}`); setA({ q: a!.q, rows: [...a!.rows, ...last.rows], last }); });
  return (
    <>
      <Head title="Who did and saw what" sub="Answered from the ledger, with each person's facts as they stood then." />
      <QuestionTabs />
      <form class="panel wide-panel" onSubmit={(e) => { e.preventDefault(); void ask(); }}>
        <div class="fields">
          <label><span>Person<em> optional</em></span><input type="text" value={v.person} onInput={set("person")} spellcheck={false} placeholder="everyone" /></label>
          <label><span>Whose</span><select value={v.kind} onChange={set("kind")}>{kinds.map((k) => <option>{k}</option>)}</select></label>
          <label><span>was, at the time<em> optional</em></span><input type="text" value={v.value} onInput={set("value")} spellcheck={false} placeholder={v.kind === "employer" ? "Contoso, or unknown" : v.kind === "country" ? "FR" : "a value, unknown, expired, self-asserted"} /></label>
          <label><span>On system<em> optional</em></span><input type="text" value={v.system} onInput={set("system")} spellcheck={false} placeholder="every one" /></label>
          <label><span>In session<em> optional</em></span><input type="text" value={v.session} onInput={set("session")} spellcheck={false} /></label>
          <label><span>From (UTC)<em> optional</em></span><input type="datetime-local" value={v.since} onInput={set("since")} /></label>
          <label><span>Until (UTC)<em> optional</em></span><input type="datetime-local" value={v.until} onInput={set("until")} /></label>
        </div>
        <div class="checks" role="group" aria-label="what they did">{deeds.map(([k, s]) => <label><input type="checkbox" checked={picked.includes(k)} onChange={(e) => setPicked(e.currentTarget.checked ? [...picked, k] : picked.filter((x) => x !== k))} /> {s}</label>)}
          <label><input type="checkbox" checked={v.texts} onChange={(e) => setV({ ...v, texts: e.currentTarget.checked })} /> with texts and released output: that you looked is entered</label></div>
        <div class="buttons"><button type="submit" class="primary" disabled={busy || picked.length === 0}>{busy ? "Reading the ledger…" : "Answer"}</button></div>
      </form>
      <Problem e={error} />
      {a && <Answer a={a} more={() => void more()} />}
    </>
  );
}

function Answer({ a, more }: { a: { q: string; rows: WhoRow[]; last: WhoAnswer }; more: () => void }) {
  const [open, setOpen] = useState(-1);
  const one = a.rows.find((r) => r.index * 8 + deeds.findIndex(([d]) => d === r.deed) === open), l = a.last;
  const key = (r: WhoRow) => r.index * 8 + deeds.findIndex(([d]) => d === r.deed);
  return (
    <>
      <p class="notice">{l.total === 0 ? "Nothing fits." : <>{plural(l.total, "deed")} by {plural(l.people.length, "person", "people")} on {plural(l.systems.length, "system")}: {deeds.filter(([d]) => l.deeds[d]).map(([d, s]) => `${s} ${l.deeds[d]!.toLocaleString("en")}`).join(", ")}.</>}{" "}
        It rests on the first {l.size.toLocaleString("en")} entries{l.asked.length > 0 && <> and covers {l.asked.map((s) => (s === "*" ? "what concerns no system" : s)).join(", ")}</>}. <Button onClick={() => save("who.json", { ...l, rows: a.rows })}>JSON</Button></p>
      {a.rows.length > 0 && <div class="two"><div class="left">
        <Table name="who" what="deed" none="" rows={a.rows} id={(r) => String(key(r))} text={(r) => JSON.stringify(r)} act={(r) => setOpen(key(r))} cols={[
          { head: "When", cell: (r) => <><When t={r.time} /><small>entry {r.index}</small></> }, { head: "Who", cell: (r) => <><bdi>{r.name}</bdi><small>{r.person}</small></> },
          { head: "", cell: (r) => <span class="tag">{r.deed}</span> }, { head: "What", class: "grow", cell: (r) => <>{r.says}{r.system && <small>{r.system}{r.target && ` · ${r.target}`}{r.session && ` · ${r.session}`}</small>}</> },
        ]} />
        {l.next ? <div class="buttons pager"><Button onClick={more}>More</Button><span class="dim">{plural(a.rows.length, "row")} of {l.total.toLocaleString("en")} loaded</span></div> : null}
      </div><aside class="right" tabIndex={0} aria-label="one deed">{one ? <Deed r={one} /> : <Empty>Choose a row to see their facts of that moment and what it was.</Empty>}</aside></div>}
    </>
  );
}

function Deed({ r }: { r: WhoRow }) {
  return (
    <section class="decide">
      <p><b>{r.says}</b></p>
      <p class="dim"><When t={r.time} /> · entry {r.index} · {r.kind}</p>
      <h2>Who they were then</h2>
      {r.facts.length === 0 ? <p class="why">Nothing was recorded of where they come from, where they were and who employed them.</p> : <ul class="plainlist">{r.facts.map((f: Fact) => <li><b>{f.name}</b> {factWords(f)} <span class={"tag f-" + ({ known: "ok", expired: "over", "self-asserted": "self" }[f.state] ?? "unknown")}>{f.state}</span></li>)}</ul>}
      {(r.content ?? []).map((c) => <><h2>{c.what}{c.bytes ? ` · ${plural(c.bytes, "byte")}` : ""}</h2>{c.text !== undefined && <pre>{c.text.replace(/[\p{Cf}\p{Cc}]/gu, (x) => (x === "\n" || x === "\t" ? x : "·"))}</pre>}{c.cut && <p class="dim">Not all of it.</p>}{c.withheld && <p class="why">{c.withheld}</p>}{c.digest && <p class="dim digest">{c.digest}</p>}</>)}
      <p>{r.action && <><Link to={`/actions/${r.action}`}>action</Link> · </>}{r.session && <><Link to={`/sessions/${r.session}`}>session</Link> · </>}<Link to={`/people/${r.person}`}>person</Link></p>
    </section>
  );
}

/** What ends by itself within a time that one chooses. */
export function EndingPage() {
  const [days, setDays] = useState(30);
  const until = new Date(Math.ceil(Date.now() / 86400e3) * 86400e3 + days * 86400e3).toISOString().replace(".000", "");
  const { data, error } = useLoad<Ending>(`ending?until=${until}`, (n) => /^(fact|role|key|acceptance|approval|runbook|ticket|list)/.test(n.kind));
  return (
    <>
      <Head title="What ends soon" sub="Facts, roles, keys, exceptions, runbooks and tickets that end by themselves, soonest first."><label class="asof">within <select value={days} onChange={(e) => setDays(Number(e.currentTarget.value))}>{[7, 30, 90, 365].map((d) => <option value={d}>{d} days</option>)}</select></label></Head>
      <QuestionTabs />
      <Problem e={error} />
      {data && <>
        {!!data.more && <p class="notice warnbox">{plural(data.more, "more thing")} {data.more === 1 ? "ends" : "end"} later than the last one named.</p>}
        <Table name="ending" what="thing" none={`Nothing ends within ${days} days.`} rows={data.ends} id={(e) => `${e.what} ${e.name} ${e.person ?? ""} ${e.system ?? ""} ${e.until}`} text={(e) => JSON.stringify(e)} open={(e) => (e.person ? `/people/${e.person}` : { acceptance: "/acceptances", approval: "/approvals", runbook: "/runbooks", ticket: "/tickets" }[e.what] ?? "/ending")} cols={[
          { head: "Ends", cell: (e) => <Until t={e.until} soon={7 * 86400} /> }, { head: "On", cell: (e) => <When t={e.until} /> }, { head: "What", cell: (e) => <span class="tag">{e.what}</span> },
          { head: "Which", class: "grow", cell: (e) => <b>{e.name}</b> }, { head: "Of", cell: (e) => e.person && <Link to={`/people/${e.person}`}>{e.person}</Link> }, { head: "System", cell: (e) => (e.system === "*" ? "every one" : e.system) },
        ]} />
        {data.lists.length > 0 && <section><h2>Lists have no end: somebody must look whether the law still says so</h2><ul class="plainlist">{data.lists.map((l) => <li><Link to="/policy/lists">{l.name}</Link> as of {l.version} {!l.confirmed && <span class="tag bad">not confirmed</span>}</li>)}</ul></section>}
      </>}
    </>
  );
}
