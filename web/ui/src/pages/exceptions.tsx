import { useState } from "preact/hooks";
import { me, post } from "../api";
import { useLoad } from "../live";
import { ask, attempt, list } from "../parts/dialog";
import { Button, Empty, Head, Party, Problem, Until, When } from "../parts/bits";
import { Table } from "../parts/table";
import { Tabs } from "../parts/tabs";
import { postSigned } from "../passkey";
import { fromBase64, toBase64 } from "../text/reveal";
import { TextView } from "../text/view";
import type { Approval, Runbook } from "../types";

export const ExceptionTabs = () => {
  const can = (w: string) => !!me.value?.can.includes(w);
  return <Tabs of={[{ to: "/acceptances", label: "Risk acceptances", shown: can("acceptances") }, { to: "/runbooks", label: "Runbooks", shown: can("runbooks") }, { to: "/approvals", label: "View-only approvals", shown: can("inforce") }]} />;
};

const bytes = (s: string) => new TextEncoder().encode(s);
const month = () => new Date(Date.now() + 30 * 86400e3).toISOString().slice(0, 10) + "T00:00:00Z";
const holds = (...roles: string[]) => (me.value?.roles ?? []).some((r) => roles.includes(r.role));

/** Actions approved in advance: exact text, signed by two people, expiring. */
export function RunbooksPage() {
  const { data, error, reload } = useLoad<Runbook[]>("runbooks", (n) => n.kind.startsWith("runbook."));
  const [open, setOpen] = useState("");
  const one = data?.find((r) => r.runbook === open) ?? data?.[0];
  const sign = () => ask({
    title: "Sign a runbook", yes: "Sign", says: "You approve exactly this text in advance, as escort. It is in force once your second person has agreed, and ends by itself.",
    fields: [
      { name: "runbook", label: "Identifier", required: true, placeholder: "restart-workers" }, { name: "title", label: "Title", required: true }, { name: "system", label: "System", required: true }, { name: "targets", label: "Targets", kind: "list", required: true },
      { name: "text", label: "Text, exactly as it will run", kind: "area", required: true }, { name: "login", label: "Login", required: true }, { name: "interpreter", label: "Interpreter", required: true, value: "/bin/sh" }, { name: "dir", label: "Folder", help: "empty is the login's home" },
      { name: "second", label: "Second person (identifier)", required: true }, { name: "until", label: "Until (UTC)", required: true, value: month() },
    ],
    run: (v) => postSigned("runbooks", "runbooks/challenge", { runbook: v.runbook, system: v.system, targets: list(v.targets), text: { title: v.title, text: toBase64(bytes(v.text!)), login: v.login, interpreter: v.interpreter, dir: v.dir }, until: v.until, second: v.second }).then(reload),
  });
  const withdraw = (r: Runbook) => ask({ title: `Withdraw ${r.runbook}`, yes: "Withdraw", kind: "danger", says: "From now on such an action needs a decision again.", fields: [{ name: "reason", label: "Why", required: true }], run: (v) => post(`runbooks/${r.runbook}/withdraw`, v).then(reload) });
  return (
    <>
      <Head title="Runbooks" sub="Work that two people approved in advance, to the letter, until a date.">{holds("escort") && <Button onClick={sign}>Sign a runbook…</Button>}</Head>
      <ExceptionTabs />
      <Problem e={error} />
      {data && <div class="two"><div class="left"><Table name="runbooks" what="runbook" none="There is no runbook: every action needs its own decision." rows={data} id={(r) => r.runbook} text={(r) => JSON.stringify(r)} act={(r) => setOpen(r.runbook)} cols={[
        { head: "Runbook", class: "grow", cell: (r) => <><b><bdi>{r.text.title || r.runbook}</bdi></b><small>{r.runbook}</small></> }, { head: "On", cell: (r) => <>{r.system}<small>{(r.targets ?? []).join(", ")}</small></> },
        { head: "Signed by", cell: (r) => <><Party p={r.escort} plain /><small>second: <Party p={r.second} plain /></small></> },
        { head: "State", cell: (r) => <span class={"tag " + (r.state === "in force" ? "f-ok" : r.state.startsWith("waits") ? "f-soon" : "f-over")}>{r.state}</span> },
        { head: "Ends", cell: (r) => <Until t={r.until} soon={7 * 86400} /> },
        { head: "", cell: (r) => <span class="tools">{r.can.includes("second") && <Button kind="primary" onClick={() => setOpen(r.runbook)}>Read…</Button>}{r.can.includes("withdraw") && <Button onClick={() => withdraw(r)}>Withdraw…</Button>}</span> },
      ]} /></div>
      <aside class="right">{one ? <section class="decide"><p><b><bdi>{one.text.title || one.runbook}</bdi></b></p>
        <p class="dim">as <b>{one.text.login}</b> with <code>{one.text.interpreter}</code> in <code>{one.text.dir || "the login's home"}</code> on {(one.targets ?? []).join(", ")}</p>
        <TextView key={one.runbook} bytes={fromBase64(one.text.text ?? "")} label={`the text of ${one.runbook}`} />
        {one.can.includes("second") && <div class="buttons"><Button kind="primary" onClick={() => ask({ title: `Agree to ${one.runbook}`, yes: "Agree", says: "From now on exactly this text runs on these targets without a new decision, until its end.", run: () => postSigned(`runbooks/${one.runbook}/second`, `runbooks/${one.runbook}/challenge`, {}).then(reload) })}>Agree as second person…</Button></div>}
      </section> : <Empty>No runbook chosen.</Empty>}</aside></div>}
    </>
  );
}

/** Written approvals of view-only participation: each names countries, dates and a document. */
export function ApprovalsPage() {
  const { data, error, reload } = useLoad<Approval[]>("approvals", (n) => n.kind === "approval.recorded");
  const [file, setFile] = useState("");
  const record = () => ask({
    title: "Record a view-only approval", yes: "Record", says: "It is in force where a profile asks for one before somebody may see released output. The digest ties it to the document.",
    fields: [{ name: "approval", label: "Identifier", required: true, placeholder: "PDSO-2026-7" }, { name: "system", label: "System", required: true }, { name: "countries", label: "Countries", kind: "list", required: true, placeholder: "FR, SE" },
      { name: "from", label: "From (UTC)", required: true, value: new Date().toISOString().slice(0, 10) + "T00:00:00Z" }, { name: "until", label: "Until (UTC)", required: true, value: month() },
      { name: "document", label: "SHA-256 of the document", required: true, value: file, help: "choose the document on the page first and its digest stands here" }],
    run: (v) => post("approvals", { approval: v.approval, system: v.system, countries: list(v.countries).sort(), from: v.from, until: v.until, document: v.document!.trim() }).then(reload),
  });
  const digest = (f?: File) => void attempt(async () => { setFile(f ? [...new Uint8Array(await crypto.subtle.digest("SHA-256", await f.arrayBuffer()))].map((b) => b.toString(16).padStart(2, "0")).join("") : ""); });
  return (
    <>
      <Head title="View-only approvals" sub="Written, dated approvals under which somebody may see released output and nothing more.">{holds("approver") && <Button onClick={record}>Record an approval…</Button>}</Head>
      <ExceptionTabs />
      <Problem e={error} />
      {holds("approver") && <p class="notice"><label class="inline-file">The approval's document, to compute its digest here: <input type="file" onChange={(e) => digest(e.currentTarget.files?.[0])} /></label>{file && <code class="value">{file}</code>}</p>}
      {data && <Table name="approvals" what="approval" none="No view-only approval is recorded." rows={data} id={(a) => a.approval} text={(a) => JSON.stringify(a)} cols={[
        { head: "Approval", cell: (a) => <b>{a.approval}</b> }, { head: "System", cell: (a) => a.system }, { head: "Countries", cell: (a) => a.countries.map((c) => <span class="tag">{c}</span>) },
        { head: "From", cell: (a) => <When t={a.from} /> }, { head: "Ends", cell: (a) => <Until t={a.until} soon={30 * 86400} /> }, { head: "State", cell: (a) => <span class={"tag " + (a.state === "in force" ? "f-ok" : a.state === "planned" ? "f-soon" : "f-over")}>{a.state}</span> },
        { head: "Recorded by", cell: (a) => <><Party p={a.by} plain /><small><When t={a.at} /></small></> }, { head: "Document", class: "grow", cell: (a) => <code class="value">{a.document}</code> },
      ]} />}
    </>
  );
}
