import { useState } from "preact/hooks";
import { useLoad } from "../live";
import { Empty, Head, Problem } from "../parts/bits";
import { Table } from "../parts/table";
import { Prose } from "../text/prose";
import type { Profile, Rule } from "../types";
import { plural } from "../words";
import { PolicyTabs } from "./policy";

/** The policies in force, rule by rule, each with what it rests on. */
export function ProfilesPage() {
  const { data, error } = useLoad<Profile[]>("policies", (n) => /^(policy|system)/.test(n.kind));
  const [chosen, choose] = useState("");
  const p = data?.find((x) => x.profile === chosen) ?? data?.find((x) => x.systems.length > 0) ?? data?.[0];
  return (
    <>
      <Head title="Profiles in force" sub="What governs which system: rules with their legal basis, parameters, lists." />
      <PolicyTabs />
      <Problem e={error} />
      {data?.length === 0 && <Empty>No policy is in force.</Empty>}
      {data && data.length > 1 && <div class="bar filters"><label>profile <select value={p?.profile} onChange={(e) => choose(e.currentTarget.value)}>{data.map((x) => <option value={x.profile}>{x.profile} ({x.systems.length ? x.systems.join(", ") : "no system"})</option>)}</select></label></div>}
      {p && <One key={p.profile} p={p} />}
    </>
  );
}

function One({ p }: { p: Profile }) {
  const [open, setOpen] = useState("");
  const rule = p.rules.find((r) => r.id === open), questions = p.rules.filter((r) => r.question);
  const rules = [...p.rules].sort((a, b) => Number(!a.basis) - Number(!b.basis)); // what the law asks first, then what holds in every house
  return (
    <div class="two">
      <div class="left">
        <h2>{p.title}</h2>
        <p class="gap">version {p.version}{p.shipped ? <span class="tag f-ok">as it came with Sallyport</span> : <span class="tag f-soon">your own text</span>}{p.house && <span class="tag">governs the house</span>}
          {p.systems.length > 0 ? <> · governs {p.systems.map((s) => <span class="tag">{s}</span>)}</> : <span class="dim"> · governs no system</span>}</p>
        <Table name={`rules-${p.profile}`} what="rule" none="No rule." rows={rules} id={(r) => r.id} text={(r) => JSON.stringify(r)} act={(r) => setOpen(r.id)} cols={[
          { head: "Rule", cell: (r) => <code class="value">{r.id}</code> },
          { head: "", cell: (r) => <span class={"chip " + (r.forbids ? "v-high" : "v-low")}>{r.forbids ? "forbids" : "allows"}</span> },
          { head: "Says", class: "grow", cell: (r) => <>{r.says}{r.question && <small class="warn">open legal question</small>}</> },
          { head: "Rests on", cell: (r) => <span class="basis">{r.basis || <span class="dim">a rule of the house</span>}</span> },
        ]} />
      </div>
      <aside class="right" tabIndex={0} aria-label={`about profile ${p.profile}`}>
        {rule ? <RuleBox r={rule} /> : <p class="empty">Choose a rule to see all of it.</p>}
        {questions.length > 0 && <section><h2>{plural(questions.length, "open legal question")}, for counsel</h2><ul class="advice">{questions.map((r) => <li><b>{r.id}</b>: {r.question}</li>)}</ul></section>}
        <section><h2>Parameters</h2><dl class="facts wide">{p.parameters.map((x) => <><dt>{x.name.replace(/_/g, " ")}</dt><dd>{{ true: "yes", false: "no" }[x.value] ?? x.value.replace(/^\[(.*)\]$/, (_, v: string) => v.split(" ").join(", ") || "none")}</dd></>)}</dl></section>
        <section><h2>In its own words</h2><div class="prose"><Prose text={p.summary} /></div></section>
        <p class="dim digest">sha256 {p.content}</p>
      </aside>
    </div>
  );
}

function RuleBox({ r }: { r: Rule }) {
  return (
    <section class="decide"><p><code>{r.id}</code></p><p class={r.forbids ? "t-refuse" : "t-approve"}><b>{r.says}</b></p>
      <dl class="facts wide"><dt>Changes when</dt><dd>{r.changes}</dd><dt>Rests on</dt><dd>{r.basis || "a rule of the house"}</dd>{r.requirement && <><dt>Requirement</dt><dd>{r.requirement}</dd></>}
        <dt>Exception</dt><dd>{r.acceptable ? "an approver may accept the risk" : "none: no risk acceptance sets it aside"}</dd></dl>
      {r.question && <p class="why">{r.question}</p>}</section>
  );
}
