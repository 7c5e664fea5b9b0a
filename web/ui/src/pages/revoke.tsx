import { useState } from "preact/hooks";
import { call, type Refusal } from "../api";
import { ask, say } from "../parts/dialog";
import { Button, Head, Problem } from "../parts/bits";
import type { Preview } from "../types";

const whats: [string, string][] = [["person", "a person"], ["employer", "an employer"], ["country", "a country"], ["system", "a system"], ["ticket", "a ticket"], ["session", "a session"], ["key", "a key"], ["all", "all remote maintenance"]];

/** Takes access away, after saying what that ends. */
export function RevokePage() {
  const [v, setV] = useState({ what: "person", name: "", reason: "" });
  const [preview, setPreview] = useState<{ of: string; p: Preview } | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const body = v.what === "all" ? { what: v.what, reason: v.reason } : v, key = JSON.stringify(body);
  const set = (k: string) => (e: { currentTarget: { value: string } }) => setV({ ...v, [k]: e.currentTarget.value });
  const look = async () => { setError(null); setPreview(null); try { setPreview({ of: key, p: await call<Preview>("POST", "revocations?dry=1", body) }); } catch (e) { setError(e as Refusal); } };
  const doIt = () => ask({
    title: "Revoke now", yes: "Revoke", kind: "danger", says: preview!.p.says,
    run: async () => { const p = await call<Preview>("POST", "revocations", body); say("Done: " + p.says); setPreview(null); },
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
    </>
  );
}
