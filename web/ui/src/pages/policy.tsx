import { useState } from "preact/hooks";
import { useLoad } from "../live";
import { Empty, Head, Problem } from "../parts/bits";
import { Table } from "../parts/table";
import { Link } from "../router";
import type { Explained, System } from "../types";

// What policy may be asked, in words that complete "who may ... on this system?".
const asks: [string, string][] = [["propose", "propose work"], ["escort", "escort"], ["decide", "decide as escort"], ["decideSecond", "decide as second person"], ["view", "see released output"],
  ["advise", "advise in words"], ["approve", "approve a session"], ["consent", "consent as owner"], ["acceptRisk", "accept a risk"], ["watch", "watch"], ["end", "end a session"], ["replay", "see recordings"], ["export", "export evidence"], ["administer", "administer people"]];

/** Who may do what on a system, and why: the policies in force, asked about everyone. */
export function PolicyPage() {
  const systems = useLoad<System[]>("systems", (n) => n.kind === "system.set");
  const [chosen, setSystem] = useState("");
  const [ask, setAsk] = useState("propose");
  const [open, setOpen] = useState("");
  const system = chosen || systems.data?.[0]?.system || "";
  const { data, error } = useLoad<Explained[]>(system ? `explain?system=${encodeURIComponent(system)}&ask=${ask}` : null, (n) => /^(person|fact|role|policy|list|system|acceptance|approval|disclosure|revoked|restored)/.test(n.kind));
  const one = data?.find((e) => e.person === open);
  return (
    <>
      <Head title="Policy" sub="Who could do what, and why, supposing that everyone else has done their part." />
      <div class="bar filters">
        <label>who may <select value={ask} onChange={(e) => setAsk(e.currentTarget.value)}>{asks.map(([k, s]) => <option value={k}>{s}</option>)}</select></label>
        <label>on <select value={system} onChange={(e) => setSystem(e.currentTarget.value)}>{(systems.data ?? []).map((s) => <option value={s.system}>{s.system} ({s.profile})</option>)}</select></label>
      </div>
      <Problem e={error ?? systems.error} />
      {systems.data?.length === 0 && <Empty>There is no system yet.</Empty>}
      {data && <div class="two"><div class="left">
        <Table name={`who-may-${ask}-${system}`} what="person" none="Nobody holds a role on this system." rows={data} id={(e) => e.person} text={(e) => `${e.person} ${e.name} ${e.allowed ? "yes" : "no"} ${(e.because ?? []).join(" ")}`} act={(e) => setOpen(e.person)}
          cols={[
            { head: "Person", cell: (e) => <><bdi>{e.name}</bdi><br /><span class="dim">{e.person}</span></> },
            { head: "May they", cell: (e) => <span class={"chip " + (e.allowed ? "v-low" : "v-critical")}>{e.allowed ? "yes" : "no"}</span> },
            { head: "Because", class: "grow", cell: (e) => (e.because ?? [])[0] },
          ]} /></div>
        <aside class="right">{one ? <Why e={one} /> : <Empty>Choose a person to see the whole reason.</Empty>}</aside>
      </div>}
    </>
  );
}

function Why({ e }: { e: Explained }) {
  const part = (title: string, lines?: string[] | null) => !!lines?.length && <section><h2>{title}</h2><ul class="advice">{lines.map((l) => <li>{l}</li>)}</ul></section>;
  return (
    <div class="decide">
      <p class="summary"><b>{e.question}</b></p>
      <p class={e.allowed ? "t-approve" : "t-refuse"}><b>{e.answer}</b></p>
      {part("Because", e.because)}{part("Risk accepted", e.accepted)}{part("On these facts", e.facts)}{part("With these lists", e.lists)}
      {part("What would change the answer", e.changes)}{part("Open legal questions, for counsel", e.questions)}
      <p class="dim digest">{e.policy}</p>
      <p><Link to={`/people/${e.person}`}>All about this person</Link></p>
    </div>
  );
}
