import { useState } from "preact/hooks";
import { call, post, type Refusal } from "../api";
import { useLoad } from "../live";
import { Button, Head, Problem } from "../parts/bits";
import { ask, say } from "../parts/dialog";
import { Table } from "../parts/table";
import { Link } from "../router";
import { toBase64 } from "../text/reveal";
import type { PolicyChange, Profile } from "../types";
import { plural } from "../words";
import { askWords, PolicyTabs } from "./policy";

const shipped = ["open", "fedramp", "cmmc-l2", "dod-il2", "dod-il4", "dod-il5", "secnumcloud"];

/** A change of policy, looked at before it is made: whose answers change, and which sessions would end. */
export function PolicyChangePage() {
  const { data } = useLoad<Profile[]>("policies", (n) => n.kind === "policy.set");
  const [profile, setProfile] = useState("open");
  const [draft, setDraft] = useState<Record<string, unknown> | null>(null);
  const [from, setFrom] = useState("shipped");
  const [change, setChange] = useState<PolicyChange | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const look = async () => {
    setError(null); setChange(null); setBusy(true);
    try { setChange(await post<PolicyChange>(`policies/${encodeURIComponent(profile)}/diff`, from === "shipped" ? { shipped: true } : draft ?? {})); } catch (e) { setError(e as Refusal); }
    setBusy(false);
  };
  const read = async (files: FileList | null) => {
    setChange(null); setError(null); setDraft(null);
    const all: Record<string, string> = {};
    for (const f of files ?? []) {
      if (f.name.endsWith(".json") && files!.length === 1) { setDraft({ content: toBase64(new Uint8Array(await f.arrayBuffer())) }); return; }
      if (["profile.toml", "policies.cedar", "summary.md", "cases.csv"].includes(f.name)) all[f.name] = await f.text();
    }
    const name = /^\s*name\s*=\s*"([^"]*)"/m.exec(all["profile.toml"] ?? "")?.[1];
    if (name) setProfile(name);
    setDraft({ files: all });
  };
  const put = () => ask({
    title: `Put ${change!.profile} ${change!.is} in force`, yes: "Put in force", kind: "danger",
    says: change!.sessions.length > 0 ? `This ends ${plural(change!.sessions.length, "session")} at once.` : "Every live session is judged anew before the change stands.",
    run: async () => { await call("PUT", `policies/${encodeURIComponent(change!.profile)}`, { content: change!.archive }); say(`${change!.profile} ${change!.is} is in force.`); setChange(null); },
  });
  const now = data?.find((p) => p.profile === profile);
  return (
    <>
      <Head title="Change a policy" sub="Nothing changes until you have seen for every person and system what would." />
      <PolicyTabs />
      <form class="panel" onSubmit={(e) => { e.preventDefault(); void look(); }}>
        <div class="fields">
          <label><span>From</span><select value={from} onChange={(e) => { setFrom(e.currentTarget.value); setChange(null); }}><option value="shipped">what came with Sallyport</option><option value="files">files of your own</option></select></label>
          {from === "shipped"
            ? <label><span>Profile</span><select value={profile} onChange={(e) => { setProfile(e.currentTarget.value); setChange(null); }}>{shipped.map((p) => <option value={p}>{p}</option>)}</select></label>
            : <label><span>profile.toml, policies.cedar, summary.md, cases.csv (or one archive)</span><input type="file" multiple required onChange={(e) => void read(e.currentTarget.files)} /></label>}
        </div>
        <p class="hint">{now ? `Version ${now.version} of ${profile} is in force${now.systems.length ? ` for ${now.systems.join(", ")}` : ", for no system"}.` : `No version of ${profile} is in force: this would add it. A system follows it once it is set on the system.`}</p>
        <div class="buttons"><button type="submit" class="primary" disabled={busy}>{busy ? "Asking about everyone…" : "See what it would change"}</button></div>
      </form>
      <Problem e={error} />
      {change && (
        <section class="preview" aria-live="polite">
          <div class="panel">
            <p class={"summary" + (change.sessions.length + change.changes.length === 0 ? " calm" : "")}>{change.same ? "It is what is in force already." : change.sessions.length + change.changes.length === 0 ? `No answer changes; ${plural(change.people, "person", "people")} asked about on ${plural(change.systems.length, "system")}.`
              : `${plural(change.changes.length, "answer")} would change, and ${change.sessions.length === 0 ? "no session" : plural(change.sessions.length, "live session")} would end.`}</p>
            <dl class="facts wide">
              <dt>Version</dt><dd>{change.was || "none"} → {change.is}</dd><dt>Its own cases</dt><dd class={change.cases.includes(" not ") ? "why" : ""}>{change.cases}</dd>
              {change.missing.length > 0 && <><dt>Lists</dt><dd class="why">{change.missing.join("; ")}</dd></>}
              <Names label="Rules added" of={change.added} /><Names label="Rules removed" of={change.removed} /><Names label="Rules reworded" of={change.reworded} /><Names label="Parameters" of={change.parameters} />
              {change.sessions.length > 0 && <><dt>Would end</dt><dd>{change.sessions.map((s) => <><Link to={`/sessions/${s}`}>{s}</Link> </>)}</dd></>}
            </dl>
            {!change.same && <div class="buttons"><Button kind="danger" onClick={put}>Put in force…</Button></div>}
          </div>
          {change.changes.length > 0 && <Table name={`change-of-${change.profile}`} what="answer" none="" rows={change.changes} id={(c) => `${c.person} ${c.system} ${c.ask}`} text={(c) => JSON.stringify(c)} cols={[
            { head: "Person", cell: (c) => <><bdi>{c.name}</bdi><small>{c.person}</small></> }, { head: "System", cell: (c) => c.system }, { head: "May they", cell: (c) => askWords(c.ask) },
            { head: "Now", cell: (c) => <YesNo yes={c.was} /> }, { head: "Then", cell: (c) => <YesNo yes={c.is} /> }, { head: "Because", class: "grow", cell: (c) => <>{c.by.map((b) => <p>{b}</p>)}</> },
          ]} />}
        </section>
      )}
    </>
  );
}

const YesNo = ({ yes }: { yes: boolean }) => <span class={"chip " + (yes ? "v-low" : "v-critical")}>{yes ? "yes" : "no"}</span>;
function Names({ label, of }: { label: string; of: string[] | null }) {
  if (!of?.length) return null;
  return <><dt>{label}</dt><dd>{of.slice(0, 60).map((n) => <span class="tag">{n}</span>)}{of.length > 60 && ` and ${of.length - 60} more`}</dd></>;
}
