import { useEffect, useState } from "preact/hooks";
import { get, me, type Refusal } from "../api";
import { useLoad } from "../live";
import { Button, Empty, Head, Problem } from "../parts/bits";
import { Table } from "../parts/table";
import { Tabs } from "../parts/tabs";
import { go, Link } from "../router";
import type { Explained, System } from "../types";

// What policy may be asked, in words that complete "who may ... on this system?".
export const asks: [string, string][] = [["propose", "propose work"], ["escort", "escort"], ["decide", "decide as escort"], ["decideSecond", "decide as second person"], ["view", "see released output"],
  ["advise", "advise in words"], ["drive", "type on it, watched"], ["approve", "approve a session"], ["consent", "consent as owner"], ["acceptRisk", "accept a risk"], ["watch", "watch"], ["end", "end a session"], ["replay", "see recordings"], ["export", "export evidence"], ["administer", "administer people"]];
export const askWords = (ask: string) => asks.find(([k]) => k === ask)?.[1] ?? ask.replace(/[A-Z]/g, (c) => " " + c.toLowerCase());

export const PolicyTabs = () => {
  const can = (w: string) => !!me.value?.can.includes(w);
  return <Tabs of={[{ to: "/policy", label: "Who may what", shown: can("policy") }, { to: "/policy/profiles", label: "Profiles", shown: can("inforce") }, { to: "/policy/lists", label: "Country lists", shown: can("inforce") }, { to: "/policy/change", label: "Change a policy", shown: can("policy") }]} />;
};

const changesAnswers = (n: { kind: string }) => /^(person|fact|role|policy|list|system|acceptance|approval|disclosure|revoked|restored)/.test(n.kind);

/** Who may do what on a system, and why: one question about everyone, or every question about one person. */
export function PolicyPage({ person }: { person?: string }) {
  const systems = useLoad<System[]>("systems", (n) => n.kind === "system.set");
  const [chosen, setSystem] = useState("");
  const [ask, setAsk] = useState("propose");
  const [then, setThen] = useState("");
  const at = then ? `&at=${then}:00Z` : "";
  const system = chosen || systems.data?.[0]?.system || "";
  return (
    <>
      <Head title="Who may do what" sub="And why, supposing that everyone else has done their part." />
      <PolicyTabs />
      <div class="bar filters">
        <label>about <select value={person ? "one" : "all"} onChange={(e) => go(e.currentTarget.value === "all" ? "/policy" : `/policy/people/${me.value!.person}`)}><option value="all">everyone</option><option value="one">one person</option></select></label>
        {person ? <Who key={person} person={person} /> : <label>who may <select value={ask} onChange={(e) => setAsk(e.currentTarget.value)}>{asks.map(([k, s]) => <option value={k}>{s}</option>)}</select></label>}
        <label>on <select value={system} onChange={(e) => setSystem(e.currentTarget.value)}>{(systems.data ?? []).map((s) => <option value={s.system}>{s.system} ({s.profile})</option>)}</select></label>
        <label>as of (UTC) <input type="datetime-local" class="when" value={then} onInput={(e) => setThen(e.currentTarget.value)} /></label>
        {then && <Button onClick={() => setThen("")}>Now</Button>}
      </div>
      {then && <p class="notice">With the policies, lists, facts, roles and exceptions of {then.replace("T", " ")} UTC.</p>}
      <Problem e={systems.error} />
      {systems.data?.length === 0 && <Empty>There is no system yet.</Empty>}
      {system && (person ? <AboutOne key={person + system + at} person={person} system={system} at={at} /> : <AboutAll key={system + ask + at} system={system} ask={ask} at={at} />)}
    </>
  );
}

function Who({ person }: { person: string }) {
  const [v, setV] = useState(person);
  return <label>who <input type="text" value={v} spellcheck={false} aria-label="person" onInput={(e) => setV(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === "Enter" && v.trim()) go(`/policy/people/${v.trim()}`); }} onBlur={() => { if (v.trim()) go(`/policy/people/${v.trim()}`); }} /></label>;
}

const MayThey = ({ e }: { e: Explained }) => <span class={"chip " + (e.allowed ? "v-low" : "v-critical")}>{e.allowed ? "yes" : "no"}</span>;

function AboutAll({ system, ask, at }: { system: string; ask: string; at: string }) {
  const { data, error } = useLoad<Explained[]>(`explain?system=${encodeURIComponent(system)}&ask=${ask}${at}`, changesAnswers);
  const [open, setOpen] = useState("");
  const one = data?.find((e) => e.person === open);
  if (!data) return <Problem e={error} />;
  return (
    <div class="two"><div class="left"><Problem e={error} />
      <Table name={`who-may-${ask}-${system}`} what="person" none="Nobody holds a role on this system." rows={data} id={(e) => e.person} text={(e) => `${e.person} ${e.name} ${e.allowed ? "yes" : "no"} ${(e.because ?? []).join(" ")}`} act={(e) => setOpen(e.person)}
        cols={[
          { head: "Person", class: "thin", cell: (e) => <><bdi>{e.name}</bdi><small>{e.person}</small></> }, { head: "May they", class: "thin", cell: (e) => <MayThey e={e} /> },
          { head: "Because", cell: (e) => <><Reason says={(e.because ?? [])[0] ?? ""} />{(e.because ?? []).length > 1 && <small>and {e.because!.length - 1} more</small>}</> },
        ]} /></div>
      <aside class="right">{one ? <Why e={one} /> : <Empty>Choose a person to see the whole reason.</Empty>}</aside>
    </div>
  );
}

function AboutOne({ person, system, at }: { person: string; system: string; at: string }) {
  const [all, setAll] = useState<{ ask: string; e: Explained }[] | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const [open, setOpen] = useState("propose");
  useEffect(() => {
    let alive = true;
    Promise.all(asks.map(async ([ask]) => ({ ask, e: (await get<Explained[]>(`explain?system=${encodeURIComponent(system)}&ask=${ask}&person=${encodeURIComponent(person)}${at}`))[0]! })))
      .then((v) => { if (alive) setAll(v); }, (e) => { if (alive) setError(e as Refusal); });
    return () => { alive = false; };
  }, [person, system, at]);
  if (!all) return <Problem e={error} />;
  const one = all.find((x) => x.ask === open);
  return (
    <div class="two"><div class="left">
      <Table name={`what-${person}-may-${system}`} what="question" none="" rows={all} id={(x) => x.ask} text={(x) => `${askWords(x.ask)} ${x.e.allowed ? "yes" : "no"} ${(x.e.because ?? []).join(" ")}`} act={(x) => setOpen(x.ask)}
        cols={[
          { head: `May ${all[0]!.e.name}`, class: "thin", cell: (x) => <b>{askWords(x.ask)}</b> }, { head: "", class: "thin", cell: (x) => <MayThey e={x.e} /> },
          { head: "Because", cell: (x) => <><Reason says={(x.e.because ?? [])[0] ?? ""} />{(x.e.because ?? []).length > 1 && <small>and {x.e.because!.length - 1} more</small>}</> },
        ]} /></div>
      <aside class="right">{one && <Why e={one.e} />}</aside>
    </div>
  );
}

/** A reason, with what it rests on set apart: "sentence. [rule; requirement; basis]". */
function Reason({ says }: { says: string }) {
  const m = /^([^]*?)\s*\[([^\]]*)\]$/.exec(says);
  return m ? <>{m[1]}<small>{m[2]}</small></> : <>{says}</>;
}

function Why({ e }: { e: Explained }) {
  const part = (title: string, lines?: string[] | null) => !!lines?.length && <section><h2>{title}</h2><ul class="advice">{lines.map((l) => <li><Reason says={l} /></li>)}</ul></section>;
  return (
    <div class="decide">
      <p class="summary"><b>{e.question}</b></p>
      <p class={e.allowed ? "t-approve" : "t-refuse"}><b>{e.answer}</b></p>
      {part("Because", e.because)}{part("Risk accepted", e.accepted)}{part("On these facts", e.facts)}{part("With these lists", e.lists)}
      {part(e.allowed ? "What would end it" : "What would change the answer: all of it", e.changes)}{part("What would be allowed as things stand", e.instead)}{part("Open legal questions, for counsel", e.questions)}
      <p class="dim digest">{e.policy}</p>
      <p><Link to={`/people/${e.person}`}>All about this person</Link> · <Link to={`/policy/people/${e.person}`}>everything they may</Link></p>
    </div>
  );
}
