import { useState } from "preact/hooks";
import { get } from "../api";
import { useLoad } from "../live";
import { attempt } from "../parts/dialog";
import { Button, Empty, Head, Problem, save, When } from "../parts/bits";
import { Link } from "../router";
import type { LedgerPage as Page, LedgerLine } from "../types";
import { plural } from "../words";

export const ledgerKinds = ["log.opened", "heartbeat", "policy.set", "list.set", "export.made", "replay.watched", "page.shown", "witnessed", "person.added", "person.changed",
  "fact.recorded", "fact.vouched", "fact.withdrawn", "key.offered", "key.enrolled", "key.retired", "role.assigned", "role.withdrawn", "person.signedin", "system.set",
  "target.set", "target.checking", "disclosure.set", "networks.set", "ticket.opened", "ticket.closed", "acceptance.signed", "acceptance.warned", "acceptance.ended", "approval.recorded", "runbook.signed",
  "runbook.seconded", "runbook.withdrawn", "revoked", "restored", "session.requested", "session.approved", "session.refused", "consent.given",
  "session.opened", "owner.told", "session.claimed", "session.handed", "session.paused", "session.resumed", "presence.lost", "presence.back", "session.ending", "session.ended",
  "said", "breakglass.opened", "breakglass.reviewed", "action.proposed", "action.reading", "action.resolved", "action.assessed", "action.decided",
  "action.answered", "action.withdrawn", "action.cancelled", "action.started", "action.stopping", "action.finished", "action.failed", "action.interrupted",
  "recording.chunk", "output.released"];

export function LedgerPage() {
  const [f, setF] = useState({ kind: "", person: "", session: "", from: "", to: "" });
  const query = Object.entries(f).filter(([, v]) => v.trim() !== "").map(([k, v]) => `${k}=${encodeURIComponent(v.trim())}`).join("&");
  const { data, error } = useLoad<Page>("ledger?newest=1" + (query ? "&" + query : ""));
  const lines = [...(data?.lines ?? [])].sort((a, b) => b.index - a.index);
  const set = (k: string) => (e: { currentTarget: { value: string } }) => setF({ ...f, [k]: e.currentTarget.value });
  const oldest = lines[lines.length - 1]?.index, newest = lines[0]?.index;
  return (
    <>
      <Head title="Ledger" sub="Everything that happened, newest first. An entry is never changed or taken away." />
      {data && <Checkpoint p={data} />}
      <div class="bar filters">
        <label>kind <select value={f.kind} onChange={set("kind")}><option value="">all</option>{ledgerKinds.map((k) => <option>{k}</option>)}</select></label>
        <label>person <input type="text" value={f.person} onChange={set("person")} spellcheck={false} /></label>
        <label>session <input type="text" value={f.session} onChange={set("session")} spellcheck={false} /></label>
        <label>from <input type="text" class="num" inputMode="numeric" value={f.from} onChange={set("from")} /></label>
        <label>up to <input type="text" class="num" inputMode="numeric" value={f.to} onChange={set("to")} /></label>
        <span class="dim">{data && plural(lines.length, "entry", "entries")}</span>
        <Button title="every entry that fits, not only those drawn" onClick={() => void attempt(() => saveAll(f))}>JSON</Button>
      </div>
      <Problem e={error} />
      {data && (lines.length === 0 ? <Empty>No entry fits.</Empty> : <ol class="ledger">{lines.map((l) => <Line key={l.index} l={l} />)}</ol>)}
      {data && lines.length > 0 && (
        <div class="buttons pager">
          {oldest! > 0 && <Button onClick={() => setF({ ...f, from: "", to: String(oldest) })}>Older</Button>}
          {f.to && newest! + 1 < data.size && <Button onClick={() => setF({ ...f, from: "", to: "" })}>Newest</Button>}
        </div>
      )}
    </>
  );
}

/** Takes out every entry that fits the filters, with the checkpoint that they stand under. */
async function saveAll(f: Record<string, string>) {
  const filters = Object.entries(f).filter(([k, v]) => v.trim() !== "" && k !== "from").map(([k, v]) => `&${k}=${encodeURIComponent(v.trim())}`).join("");
  const lines: LedgerLine[] = [];
  for (let from = Number(f.from) || 0; ;) {
    const page = await get<Page>(`ledger?limit=1000&from=${from}${filters}`);
    lines.push(...page.lines);
    if (page.lines.length < 1000) { save("ledger.json", { ...page, lines }); return; }
    from = page.lines[999]!.index + 1;
  }
}

function Checkpoint({ p }: { p: Page }) {
  const parts = p.checkpoint.split("\n");
  return (
    <details class="checkpoint">
      <summary><b>{plural(p.size, "entry", "entries")}</b> sealed under the latest checkpoint{parts[0] && <> of <bdi>{parts[0]}</bdi></>}, as of <When t={p.at} /></summary>
      <p class="dim">Whoever keeps a copy of this note can tell later if anything before it was changed. Check it offline with <code>sallyport verify</code>.</p>
      <pre>{p.checkpoint}</pre>
    </details>
  );
}

function Line({ l }: { l: LedgerLine }) {
  const [open, setOpen] = useState(false);
  const toggle = () => setOpen(!open);
  return (
    <li class={"entry k-" + l.entry.kind.split(".")[0]}>
      <div class="entry-head" data-row="" tabIndex={0} role="button" aria-expanded={open} onClick={toggle} onKeyDown={(e) => { if (e.key === "Enter") toggle(); }}>
        <span class="index">{l.index}</span><span class="at"><When t={l.entry.time} /></span><span class="kind">{l.entry.kind}</span><span class="says">{l.says}</span>
      </div>
      {open && <div class="entry-body">
        <p class="dim">by {l.entry.by}{l.entry.session && <> · session <Link to={`/sessions/${l.entry.session}`}>{l.entry.session}</Link>, number {l.entry.seq ?? 0} of its chain</>} · leaf <code>{l.leaf}</code></p>
        <pre>{JSON.stringify(l.entry, null, 2)}</pre>
      </div>}
    </li>
  );
}
