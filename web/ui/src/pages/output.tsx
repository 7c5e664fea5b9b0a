import { useMemo } from "preact/hooks";
import { post } from "../api";
import { ask, list, say } from "../parts/dialog";
import { Button } from "../parts/bits";
import { Link } from "../router";
import { TextView } from "../text/view";
import type { ActionPage } from "../types";
import { plural } from "../words";

const bytesOf = (s: string) => new TextEncoder().encode(s);

/** What an action printed. It is text from a machine that nobody vouches for, and is shown as text. */
export function OutputBox({ p, reload }: { p: ActionPage; reload: () => void }) {
  const o = p.output!;
  const out = useMemo(() => bytesOf(o.stdout), [o.stdout]), err = useMemo(() => bytesOf(o.stderr), [o.stderr]);
  const release = () => ask({
    title: "Release the output to the engineer", yes: "Release", says: "What you strike is replaced before it is released. The record keeps everything.",
    fields: [{ name: "strike", label: "Words to strike out", kind: "list", help: "one a line; each place where one stands is struck" }],
    run: (v) => post(`actions/${p.id}/release`, { strike: list(v.strike) }).then(() => { say("Released."); reload(); }),
  });
  if (o.replay) return <section><h2>What it printed{p.exit !== undefined && <span class="dim"> · exit status {p.exit}</span>}</h2><p class="dim">It is recorded. Whoever watches it is entered in the ledger. <Link to={`/sessions/${p.session}/replay/${p.id}`}>Watch the recording</Link></p></section>;
  return (
    <section>
      <h2>What it printed{p.exit !== undefined && <span class="dim"> · exit status {p.exit}</span>}</h2>
      <p class="dim">{plural(o.bytes, "byte")} recorded{o.cut && "; the limit was reached and the action stopped"}. {o.held ? <strong class="warn">Held: the engineer sees nothing of it until you release it.</strong> : ""}</p>
      {o.held && <div class="buttons"><Button kind="primary" onClick={release}>Release to the engineer…</Button></div>}
      {o.stdout ? <TextView bytes={out} label="standard output" tall /> : <p class="empty">Nothing on standard output.</p>}
      {o.stderr && <><h3>Error output</h3><TextView bytes={err} label="error output" tall /></>}
    </section>
  );
}
