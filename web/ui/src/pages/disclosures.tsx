import { call } from "../api";
import { useLoad } from "../live";
import { ask, list } from "../parts/dialog";
import { Button, Empty, Head, Party, Problem, save, When } from "../parts/bits";
import { Tabs } from "../parts/tabs";
import { Link } from "../router";
import type { Disclosure } from "../types";
import { plural } from "../words";
import { askWords } from "./policy";

export const SystemTabs = () => <Tabs of={[{ to: "/systems", label: "Systems and targets" }, { to: "/disclosures", label: "Disclosures" }]} />;

/** What each system's plan discloses about who takes part, and whom that keeps out. */
export function DisclosuresPage() {
  const { data, error, reload } = useLoad<Disclosure[]>("disclosures", (n) => /^(disclosure|system|policy|fact|role|person)/.test(n.kind));
  const set = (d: Disclosure) => {
    const now = d.versions[0];
    ask({
      title: `Disclose who takes part on ${d.system}`, yes: "Put in force", says: "A new version, whole. Countries and employers that it leaves out take no part from then on: live sessions of theirs end.",
      fields: [{ name: "version", label: "Version", required: true, placeholder: now ? `after ${now.version}` : "1" }, { name: "countries", label: "Countries", kind: "list", value: (now?.countries ?? []).join(", "), placeholder: "FR, SE", help: "two letters each; * discloses that any may take part" },
        { name: "employers", label: "Employers", kind: "list", value: (now?.employers ?? []).join("\n"), help: "one a line, as the facts name them" }],
      run: (v) => call("PUT", `systems/${encodeURIComponent(d.system)}/disclosure`, { version: v.version, countries: list(v.countries).sort(), employers: (v.employers ?? "").split("\n").map((s) => s.trim()).filter(Boolean).sort() }).then(reload),
    });
  };
  const tags = (v: string[] | null) => (v?.length ? v.map((c) => <span class="tag">{c === "*" ? "any" : <bdi>{c}</bdi>}</span>) : <span class="dim">none</span>);
  return (
    <>
      <Head title="Disclosures" sub="Which countries and employers a system's plan discloses. Under a profile that asks for it, nobody else takes part."><Button onClick={() => save("disclosures.json", data)}>JSON</Button></Head>
      <SystemTabs />
      <Problem e={error} />
      {data?.length === 0 && <Empty>There is no system that you oversee.</Empty>}
      {data?.map((d) => (
        <section key={d.system} class="panel wide-panel">
          <div class="head"><div><h3>{d.system} <span class="tag">{d.profile}</span></h3><p class="sub">{d.asked ? "Its profile lets nobody take part whom this does not list." : "Its profile does not ask for a disclosure: what stands here blocks nobody."}</p></div><Button onClick={() => set(d)}>New version…</Button></div>
          {d.versions.length === 0 ? <p class={d.asked ? "why" : "empty"}>{d.asked ? "Nothing is disclosed, so nobody can take part." : "Nothing is disclosed."}</p> : (
            <div class="scroll"><table><thead><tr><th>Version</th><th>Countries</th><th>Employers</th><th>By</th></tr></thead><tbody>{d.versions.map((v, i) => (
              <tr class={i > 0 ? "past" : ""}><td><b>{v.version}</b>{i === 0 && <small>in force</small>}</td><td>{tags(v.countries)}</td><td>{tags(v.employers)}</td><td><Party p={v.by} plain /><small><When t={v.at} /></small></td></tr>))}</tbody></table></div>
          )}
          {d.blocked.length > 0 && <><h2>{plural(d.blocked.length, "person", "people")} kept out by the disclosure alone</h2>
            <ul class="plainlist">{d.blocked.map((b) => <li><Link to={`/people/${b.person}`}><bdi>{b.name}</bdi></Link> may not {askWords(b.ask)}: {b.why.join(" ")}{(b.facts ?? []).map((f) => <small>{f}</small>)}</li>)}</ul></>}
        </section>
      ))}
    </>
  );
}
