import { useState } from "preact/hooks";
import { get, me, post, serverNow } from "../api";
import { tick, useLoad } from "../live";
import { ask, attempt, list } from "../parts/dialog";
import { Ago, Button, Empty, Head, Problem, Until } from "../parts/bits";
import { Table } from "../parts/table";
import { Link } from "../router";
import type { Fact, Person } from "../types";

// How the form's words become a fact; the gateway checks each.
const factForms: { kind: string; label: string; make: (v: string[]) => { name: string; value: unknown } }[] = [
  { kind: "citizenship", label: "citizenships (every one)", make: (v) => ({ name: "citizenship", value: { countries: [...v].sort() } }) },
  { kind: "location", label: "physical location", make: (v) => ({ name: "location", value: { country: v[0] ?? "", method: v[1] ?? "stated", confidence: v[2] ?? "medium" } }) },
  { kind: "office", label: "office country", make: (v) => ({ name: "office", value: { country: v[0] ?? "" } }) },
  { kind: "employer", label: "employer", make: (v) => ({ name: "employer", value: { name: v[0] ?? "", country: v[1] ?? "", kind: v[2] ?? "staff" } }) },
  { kind: "training", label: "training", make: (v) => ({ name: "training:" + (v[0] ?? ""), value: { course: v[0] ?? "" } }) },
  { kind: "agreement", label: "access agreement", make: (v) => ({ name: "agreement:" + (v[0] ?? ""), value: { document: v[0] ?? "" } }) },
  { kind: "screening", label: "screening", make: (v) => ({ name: "screening:" + (v[0] ?? ""), value: { scheme: v[0] ?? "", tier: Number(v[1] ?? 0) } }) },
  { kind: "clearance", label: "clearance", make: (v) => ({ name: "clearance:" + (v[0] ?? ""), value: { scheme: v[0] ?? "", level: v[1] ?? "" } }) },
  { kind: "qualification", label: "qualification", make: (v) => ({ name: `qualification:${v[0] ?? ""}:${v[1] ?? ""}`, value: { technology: v[0] ?? "", class: v[1] ?? "", level: v[2] ?? "competent", shown: v[3] ?? "" } }) },
];

const flat = (x: unknown): string => Array.isArray(x) ? x.map(flat).join(", ") : x && typeof x === "object" ? Object.entries(x).map(([k, y]) => `${k}: ${flat(y)}`).join(" · ") : String(x);
/** What a fact says, in words. */
export const factWords = (f: Fact) => flat((f.value as { value?: unknown } | null)?.value ?? f.value ?? "withheld");

/** The part of a fact's record that people read. */
function FactValue({ f }: { f: Fact }) {
  const v = (f.value as { evidence?: { kind: string; reference: string } } | null) ?? {};
  return <><bdi>{factWords(f)}</bdi>{v.evidence && <small>{v.evidence.kind}, {v.evidence.reference}</small>}</>;
}

// Facts that every person has, known or not: what is not recorded is unknown, and says no where a policy asks.
const everyone = ["citizenship", "location", "office", "employer"];
const unknownOf = (p: Person) => everyone.filter((k) => !(p.facts ?? []).some((f) => f.name === k));

const roles = ["engineer", "escort", "second", "supervisor", "system-owner", "approver", "administrator", "reviewer", "auditor"];
const aboutPeople = (n: { kind: string }) => /^(person|fact|key|role|revoked|restored)/.test(n.kind);

/** A fact's freshness: known, soon over, over, or known from nobody but its subject. */
export function freshness(f: Fact): "ok" | "soon" | "over" | "self" {
  void tick.value;
  if (f.state === "expired") return "over";
  const left = f.until ? Date.parse(f.until) - serverNow() : Infinity;
  if (left <= 0) return "over";
  if (f.asksVoucher || f.state === "self-asserted") return "self";
  return left < 30 * 86400e3 ? "soon" : "ok";
}
const freshWords = { ok: "known", soon: "ends soon", over: "expired", self: "self-asserted" };

/** How a person's facts stand, as marks. */
function Facts({ p }: { p: Person }) {
  return <>{(p.facts ?? []).map((f) => { const s = freshness(f); return <span class={"tag f-" + s} title={f.until ? `until ${f.until}` : "no end"}>{f.name}{s !== "ok" && `: ${freshWords[s]}`}</span>; })}{unknownOf(p).map((k) => <span class="tag f-unknown">{k}: unknown</span>)}</>;
}

const onePage = 200;

export function PeoplePage() {
  const [text, setText] = useState(""), [role, setRole] = useState(""), [standing, setStanding] = useState("");
  const [kind, setKind] = useState("citizenship");
  const query = [`limit=${onePage}`, text.trim() && `text=${encodeURIComponent(text.trim())}`, role && `role=${role}`, standing && `fact=${encodeURIComponent(`${kind}=${standing}`)}`].filter(Boolean).join("&");
  const { data, error, reload } = useLoad<Person[]>("people?" + query, aboutPeople);
  const [more, setMore] = useState<{ of: string; people: Person[]; full: boolean } | null>(null);
  const rest = more?.of === query ? more : null, all = [...(data ?? []), ...(rest?.people ?? [])];
  const next = () => attempt(async () => { const p = await get<Person[]>(`people?${query}&after=${all[all.length - 1]!.id}`); setMore({ of: query, people: [...(rest?.people ?? []), ...p], full: p.length === onePage }); });
  const add = () => ask({
    title: "Add a person", yes: "Add", says: "A name says nothing about where someone is from, and nothing is derived from it.",
    fields: [{ name: "person", label: "Identifier", required: true, placeholder: "eve" }, { name: "name", label: "Name", required: true }, { name: "email", label: "E-mail" }],
    run: (v) => post("people", v).then(reload),
  });
  return (
    <>
      <Head title="People" sub="Who may take part, what is verified about them, and until when."><Button kind="primary" onClick={add}>Add a person…</Button></Head>
      <div class="bar filters">
        <label>find <input type="text" value={text} onChange={(e) => setText(e.currentTarget.value)} spellcheck={false} /></label>
        <label>role <select value={role} onChange={(e) => setRole(e.currentTarget.value)}><option value="">any</option>{roles.map((r) => <option>{r}</option>)}</select></label>
        <label>whose <select value={kind} onChange={(e) => setKind(e.currentTarget.value)}>{["citizenship", "location", "office", "employer", "residence", "screening", "clearance", "training", "agreement", "qualification"].map((k) => <option>{k}</option>)}</select></label>
        <label>is <select value={standing} onChange={(e) => setStanding(e.currentTarget.value)}><option value="">anything</option><option value="unknown">unknown</option><option value="expired">expired</option><option value="self-asserted">self-asserted</option></select></label>
      </div>
      {!!me.value?.asksVoucher && <p class="notice">{me.value.asksVoucher === 1 ? "One fact has" : `${me.value.asksVoucher} facts have`} nobody's word but their subject's. Yours is asked for: <Button onClick={() => { setKind("citizenship"); setStanding("self-asserted"); }}>show them</Button></p>}
      <Problem e={error} />
      {data && <Table name="people" what="person" none={query === `limit=${onePage}` ? "Nobody is known yet." : "Nobody fits."} rows={all} id={(p) => p.id} text={(p) => JSON.stringify(p)} open={(p) => `/people/${p.id}`}
        cols={[
          { head: "Person", cell: (p) => <><Link to={`/people/${p.id}`}><bdi>{p.name || p.id}</bdi></Link><br /><span class="dim">{p.id}</span></> },
          { head: "Roles", cell: (p) => (p.roles ?? []).map((r) => <span class="tag">{r.role}{r.system === "*" ? " everywhere" : ` of ${r.system}`}</span>) },
          { head: "Facts", class: "grow", cell: (p) => <Facts p={p} /> },
          { head: "Keys", cell: (p) => (p.keys ?? []).length },
          { head: "", cell: (p) => p.revoked && <span class="tag bad">revoked</span> },
        ]} />}
      {(rest ? rest.full : data?.length === onePage) && <div class="buttons pager"><Button onClick={() => void next()}>More people</Button><span class="dim">The filter of the list looks at what is loaded; those above ask the server.</span></div>}
    </>
  );
}

export function PersonPage({ id }: { id: string }) {
  const [day, setDay] = useState("");
  const past = day ? `${day}T23:59:59Z` : "";
  const { data, error, reload } = useLoad<Person[]>(`people?person=${encodeURIComponent(id)}` + (past ? "&at=" + past : ""), aboutPeople);
  const p = data?.find((x) => x.id === id);
  const asOf = <label class="asof">as of <input type="date" value={day} max={new Date(serverNow()).toISOString().slice(0, 10)} onInput={(e) => setDay(e.currentTarget.value)} /></label>;
  if (!p) return <><Head title={id}>{asOf}</Head><Problem e={error} />{data && <Empty>Nobody of that identifier {past ? "was known then" : "is known"}.</Empty>}</>;
  const send = (what: string, v: unknown) => post(`people/${id}/${what}`, v).then(reload);
  const addRole = () => ask({ title: "Assign a role", yes: "Assign", fields: [{ name: "role", label: "Role", kind: "choice", choices: roles.map((r) => [r, r]), value: "engineer" }, { name: "system", label: "System", required: true, value: "*", help: "* is every system" }, { name: "until", label: "Until (UTC)", placeholder: "2027-01-01T00:00:00Z" }], run: (v) => send("roles", { role: v.role, system: v.system, until: v.until || undefined }) });
  const addKey = () => ask({ title: "Enrol a key", yes: "Enrol", says: "You vouch that this key is this person's.", fields: [{ name: "public", label: "Public key", kind: "area", required: true, placeholder: "ssh-ed25519 AAAA…" }], run: (v) => send("keys", { public: v.public, use: ["signin"] }) });
  const rows: Fact[] = [...(p.facts ?? []), ...unknownOf(p).map((name) => ({ name, state: "unknown", value: null, verifier: "", recorded: "" }))];
  const vouch = (f: Fact) => ask({ title: `Vouch for ${f.name}`, yes: "Vouch", says: <>You saw the evidence yourself and say that it is so: <FactValue f={f} /></>, run: () => send(`facts/${encodeURIComponent(f.name)}/vouch`, { fact: f.digest }) });
  const addFact = (kind?: string) => ask({
    title: "Record a fact", yes: "Record", says: "You are its verifier. Say what you saw, not what you suppose.",
    fields: [
      { name: "kind", label: "Fact", kind: "choice", value: typeof kind === "string" ? kind : "citizenship", choices: factForms.map((f) => [f.kind, f.label]) },
      { name: "value", label: "Value", required: true, help: "citizenship: FR, DE · location: FR · office: FR · employer: Acme, FR, staff · training: course · agreement: document · screening: scheme, tier · clearance: scheme, level · qualification: technology, class, level, how shown" },
      { name: "evidence", label: "What you saw", required: true, placeholder: "passport" }, { name: "reference", label: "Where it is kept", required: true, placeholder: "HR-2041" },
      { name: "until", label: "Until (UTC)", placeholder: "2027-01-01T00:00:00Z" },
    ],
    run: async (v) => {
      const made = factForms.find((f) => f.kind === v.kind)!.make(list(v.value));
      await send("facts", { ...made, evidence: { kind: v.evidence, reference: v.reference }, until: v.until || undefined });
    },
  });
  return (
    <>
      <Head title={<bdi>{p.name}</bdi>} sub={<><code>{p.id}</code>{p.email && <> · <bdi>{p.email}</bdi></>}{p.revoked && <span class="tag bad">revoked</span>}</>}>
        {asOf}{!past && <><Button onClick={() => addFact()}>Record a fact…</Button><Button onClick={addRole}>Assign a role…</Button><Button onClick={addKey}>Enrol a key…</Button></>}
      </Head>
      <Problem e={error} />
      <p class="gap"><Link to={`/policy/people/${id}`}>What they may do, and why</Link></p>
      {past && <p class="notice">As it stood at the end of {day}, UTC. <Button onClick={() => setDay("")}>Now</Button></p>}
      <h2>Facts</h2>
      <Table name={`facts-${id}`} what="fact" none="Nothing is verified about this person." rows={rows} id={(f) => f.name} text={(f) => JSON.stringify(f)}
        cols={[
          { head: "Fact", cell: (f) => <b>{f.name}</b> },
          { head: "Standing", cell: (f) => (f.state === "unknown" ? <span class="tag f-unknown">unknown</span> : <span class={"tag f-" + freshness(f)}>{freshWords[freshness(f)]}</span>) },
          { head: "Value", class: "grow", cell: (f) => (f.state === "unknown" ? <span class="dim">Nobody recorded it. Where a policy asks, unknown means no.</span> : <FactValue f={f} />) },
          { head: "Verified by", cell: (f) => (f.state === "unknown" ? null : <>{f.verifier}{!!f.vouchers?.length && <small>vouched for by {f.vouchers.join(", ")}</small>}<small><Ago t={f.recorded} /></small></>) },
          { head: "Until", cell: (f) => (f.state === "unknown" ? null : <Until t={f.until} soon={30 * 86400} />) },
          {
            head: "", cell: (f) => !past && (f.state === "unknown" ? <Button onClick={() => addFact(f.name)}>Record…</Button> : <span class="tools">
              {f.digest && f.verifier !== me.value!.person && id !== me.value!.person && !(f.vouchers ?? []).includes(me.value!.person) && <Button onClick={() => vouch(f)}>Vouch…</Button>}
              <Button onClick={() => ask({ title: `Withdraw ${f.name}`, yes: "Withdraw", kind: "danger", says: "From now on it is unknown. Sessions that rest on it end.", fields: [{ name: "reason", label: "Why", required: true }], run: (v) => send(`facts/${encodeURIComponent(f.name)}/withdraw`, v) })}>Withdraw…</Button></span>),
          },
        ]} />
      <div class="two even">
        <section><h2>Roles</h2>{(p.roles ?? []).length === 0 ? <Empty>No role.</Empty> : <ul class="plainlist">{p.roles!.map((r) => <li><b>{r.role}</b> {r.system === "*" ? "on every system" : <>on {r.system}</>} {r.until && <Until t={r.until} />} <Button onClick={() => ask({ title: `Withdraw role ${r.role}`, yes: "Withdraw", kind: "danger", says: "Sessions that rest on it end.", run: () => send("roles/withdraw", { role: r.role, system: r.system }) })}>Withdraw…</Button></li>)}</ul>}</section>
        <section><h2>Keys</h2>{(p.keys ?? []).length === 0 ? <Empty>No key.</Empty> : <ul class="plainlist">{p.keys!.map((k) => <li><code>{k.key}</code> <span class="dim">{k.form}, for {list((k.use ?? []).join(",")).join(" and ")}</span> <Button onClick={() => ask({ title: "Retire this key", yes: "Retire", kind: "danger", fields: [{ name: "reason", label: "Why", required: true }], run: (v) => post("keys/retire", { key: k.key, reason: v.reason }).then(reload) })}>Retire…</Button></li>)}</ul>}</section>
      </div>
    </>
  );
}
