import { useState } from "preact/hooks";
import { call, post, type Refusal } from "../api";
import { useLoad } from "../live";
import { ask, say } from "../parts/dialog";
import { Ago, Button, Head, Party, Problem, When } from "../parts/bits";
import { Table } from "../parts/table";
import { Link } from "../router";
import type { Preview, Revocation } from "../types";

const whats: [string, string][] = [["person", "a person"], ["employer", "an employer"], ["country", "a country"], ["system", "a system"], ["ticket", "a ticket"], ["session", "a session"], ["key", "a key"], ["all", "all remote maintenance"]];

/** Takes access away, after saying what that ends. */
export function RevokePage() {
  const [v, setV] = useState({ what: "person", name: "", reason: "" });
  const [preview, setPreview] = useState<{ of: string; p: Preview } | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const [left, setLeft] = useState<NonNullable<Preview["unstopped"]>>([]);
  const inForce = useLoad<Revocation[]>("revocations", (n) => n.kind === "revoked" || n.kind === "restored");
  const restore = (r: Revocation) => ask({
    title: `Restore ${said(r)}`, yes: "Restore", kind: "danger", says: "Access comes back where the policies allow it. Sessions that were ended stay ended.", fields: [{ name: "reason", label: "Why", required: true }],
    run: (x) => post("restorations", { what: r.what, name: r.name, reason: x.reason }).then(inForce.reload),
  });
  const body = v.what === "all" ? { what: v.what, reason: v.reason } : v, key = JSON.stringify(body);
  const set = (k: string) => (e: { currentTarget: { value: string } }) => setV({ ...v, [k]: e.currentTarget.value });
  const look = async () => { setError(null); setPreview(null); try { setPreview({ of: key, p: await call<Preview>("POST", "revocations?dry=1", body) }); } catch (e) { setError(e as Refusal); } };
  const doIt = () => ask({
    title: "Revoke now", yes: "Revoke", kind: "danger", says: preview!.p.says,
    run: async () => { const p = await call<Preview>("POST", "revocations", body); say("Done: " + p.says); setPreview(null); setLeft(p.unstopped ?? []); inForce.reload(); },
  });
  const current = preview && preview.of === key ? preview.p : null;
  const names = (l: string[] | null) => (l?.length ? l.join(", ") : "none");
  return (
    <>
      <Head title="Revoke" sub="Takes access away, now: what runs is ended, and nothing runs or is released under the old answer." />
      <form class="panel" onSubmit={(e) => { e.preventDefault(); void look(); }}>
        <div class="fields">
          <label><span>What</span><select value={v.what} onChange={set("what")}>{whats.map(([k, s]) => <option value={k}>{s}</option>)}</select></label>
          {v.what !== "all" && <label><span>Which</span><input type="text" required value={v.name} onInput={set("name")} spellcheck={false} /></label>}
          <label class="wide"><span>Why, for the record</span><input type="text" required value={v.reason} onInput={set("reason")} /></label>
        </div>
        <div class="buttons"><button type="submit" class="primary">See what it would end</button></div>
      </form>
      <Problem e={error} />
      {current && (
        <section class="panel preview" aria-live="polite">
          <p class="summary">{current.says}</p>
          <dl class="facts"><dt>Sessions</dt><dd>{names(current.sessions)}</dd><dt>Actions</dt><dd>{names(current.actions)}</dd><dt>People</dt><dd>{names(current.people)}</dd></dl>
          <div class="buttons"><Button kind="danger" onClick={doIt}>Revoke…</Button></div>
        </section>
      )}
      {left.length > 0 && <section class="problem" role="alert"><p><b>Revoked, and this could not be seen to end:</b></p><ul class="cannot">{left.map((u) => <li><Link to={`/actions/${u.action}`}>{u.action}</Link> on {u.target}: {u.why}</li>)}</ul></section>}
      <h2>Revoked now</h2>
      <Problem e={inForce.error} />
      {inForce.data && <Table name="revocations" what="revocation" none="Nothing is revoked." rows={inForce.data} id={(r) => `${r.what} ${r.name ?? ""}`} text={(r) => JSON.stringify(r)} cols={[
        { head: "What", cell: (r) => <b>{said(r)}</b> }, { head: "Why", class: "grow", cell: (r) => r.reason }, { head: "By", cell: (r) => <Party p={r.by} plain /> }, { head: "Since", cell: (r) => <><Ago t={r.at} /><small><When t={r.at} /></small></> },
        { head: "", cell: (r) => r.can && <Button onClick={() => restore(r)}>Restore…</Button> },
      ]} />}
    </>
  );
}

const said = (r: Revocation) => (r.what === "all" ? "all remote maintenance" : `${r.what} ${r.name}`);
