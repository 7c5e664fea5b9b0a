import { useState } from "preact/hooks";
import { call, Refusal } from "../api";
import { useLoad } from "../live";
import { adminOf } from "../parts/admin";
import { Button, Head, Problem } from "../parts/bits";
import { ask, say } from "../parts/dialog";
import { Table } from "../parts/table";
import { toBase64 } from "../text/reveal";
import type { CountryList } from "../types";
import { plural } from "../words";
import { PolicyTabs } from "./policy";

/** Country lists: data with a date and a source. One whose members nobody confirmed says so, and denies. */
export function ListsPage() {
  const { data, error, reload } = useLoad<CountryList[]>("lists", (n) => /^(list|policy)/.test(n.kind));
  const [open, setOpen] = useState("");
  const one = data?.find((l) => l.list === open) ?? data?.[0];
  return (
    <>
      <Head title="Country lists" sub="Dated, with their source. Where the members of a list could not be confirmed, a rule that needs it says no." />
      <PolicyTabs />
      <Problem e={error} />
      {data && <div class="two">
        <div class="left"><Table name="lists" what="list" none="No list is in force." rows={data} id={(l) => l.list} text={(l) => JSON.stringify(l)} act={(l) => setOpen(l.list)} cols={[
          { head: "List", class: "grow", cell: (l) => <><b>{l.title}</b><small>{l.list}</small></> },
          { head: "As of", cell: (l) => l.version },
          { head: "Members", cell: (l) => l.confirmed ? plural((l.members ?? []).length, "country", "countries") : <span class="tag bad">not confirmed: empty</span> },
          { head: "Read by", cell: (l) => l.readBy.length ? l.readBy.map((p) => <span class="tag">{p}</span>) : <span class="dim">no profile in force</span> },
        ]} /></div>
        {one && <aside class="right"><section class="decide">
          <p><b>{one.title}</b></p>
          {!one.confirmed && <p class="why">Nobody confirmed its members, so it is empty and marked. {one.readBy.length ? `The profiles that read it (${one.readBy.join(", ")}) deny what depends on it.` : ""} Who has confirmed them puts a file in force that says so and names its source.</p>}
          {one.confirmed && <p class="members">{(one.members ?? []).map((c) => <span class="tag">{c}</span>)}</p>}
          <dl class="facts wide"><dt>As of</dt><dd>{one.version}</dd><dt>Source</dt><dd>{one.source}</dd>{one.note && <><dt>Note</dt><dd>{one.note}</dd></>}</dl>
          <p class="dim digest">sha256 {one.content}</p>
        </section></aside>}
      </div>}
      {adminOf() && <NewList reload={reload} />}
    </>
  );
}

/** Puts a list's file in force, after showing it. */
function NewList({ reload }: { reload: () => void }) {
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const put = () => ask({
    title: `Put list ${file!.name} in force`, yes: "Put in force", kind: "danger", says: "Every live session is judged anew before the change stands. Sessions that it no longer allows end.",
    run: async () => { await call("PUT", `lists/${encodeURIComponent(file!.name)}`, { content: toBase64(new TextEncoder().encode(file!.text)) }); say(`List ${file!.name} is in force.`); setFile(null); reload(); },
  });
  return (
    <section class="panel"><h2>Put another version of a list in force</h2>
      <label><span>The list's file</span><input type="file" accept=".toml" onChange={async (e) => {
        const f = e.currentTarget.files?.[0];
        setError(null); setFile(null);
        if (!f) return;
        const text = await f.text(), name = /^\s*name\s*=\s*"([^"]*)"/m.exec(text)?.[1];
        if (name && f.size < 1 << 20) setFile({ name, text }); else setError(new Refusal(0, "invalid", "this is no list's file", 'it says name = "...", title, version, source, confirmed and members'));
      }} /></label>
      <Problem e={error} />
      {file && <><pre>{file.text}</pre><div class="buttons"><Button kind="danger" onClick={put}>Put in force…</Button></div></>}
    </section>
  );
}
