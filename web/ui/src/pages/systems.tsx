import { call } from "../api";
import { useLoad } from "../live";
import { ask, list } from "../parts/dialog";
import { Button, Head, Problem } from "../parts/bits";
import { Table } from "../parts/table";
import type { System, Target } from "../types";
import { adminOf } from "../parts/admin";
import { SystemTabs } from "./disclosures";

const releaseWords: Record<string, string> = { immediate: "at once", redacted: "redacted", held: "held until the escort releases it" };

export function SystemsPage() {
  const sys = useLoad<System[]>("systems", (n) => n.kind === "system.set");
  const tgt = useLoad<Target[]>("targets", (n) => n.kind === "target.set");
  const addSystem = (s?: System) => ask({
    title: s ? `Change system ${s.system}` : "Add a system", yes: "Save", fields: [
      { name: "system", label: "Identifier", required: true, value: s?.system ?? "" }, { name: "name", label: "Name", required: true, value: s?.name ?? "" },
      { name: "profile", label: "Profile", required: true, value: s?.profile ?? "open", help: "the policy set in force" }, { name: "impact", label: "Impact level", value: s?.impact ?? "" },
      { name: "technologies", label: "Technologies", kind: "list", value: (s?.technologies ?? []).join(", ") },
      { name: "release", label: "Output goes to the engineer", kind: "choice", value: s?.release ?? "immediate", choices: Object.entries(releaseWords) },
      { name: "markings", label: "Words that are struck from output", kind: "list", value: (s?.markings ?? []).join("\n") },
    ],
    run: (v) => call("PUT", `systems/${encodeURIComponent(v.system!)}`, { ...(s ?? {}), system: v.system, name: v.name, profile: v.profile, impact: v.impact || undefined, technologies: list(v.technologies), release: v.release, markings: list(v.markings) }).then(sys.reload),
  });
  const addTarget = (t?: Target) => ask({
    title: t ? `Change target ${t.target}` : "Add a target", yes: "Save", says: "Check it first with: sallyport target check", fields: [
      { name: "target", label: "Identifier", required: true, value: t?.target ?? "" }, { name: "system", label: "System", required: true, value: t?.system ?? "" },
      { name: "address", label: "Address", required: true, value: t?.address ?? "", placeholder: "10.0.0.5:22" }, { name: "hostKey", label: "Host key", kind: "area", required: true, value: t?.hostKey ?? "", placeholder: "ssh-ed25519 AAAA…" },
      { name: "logins", label: "Logins, the default first", kind: "list", required: true, value: (t?.logins ?? []).join(", ") }, { name: "interpreter", label: "Interpreter", required: true, value: t?.interpreter ?? "/bin/sh" },
      { name: "technologies", label: "Technologies", kind: "list", value: (t?.technologies ?? []).join(", ") },
    ],
    run: (v) => call("PUT", `targets/${encodeURIComponent(v.target!)}`, { ...(t ?? {}), target: v.target, system: v.system, address: v.address, hostKey: v.hostKey!.trim(), logins: list(v.logins), interpreter: v.interpreter, technologies: list(v.technologies) }).then(tgt.reload),
  });
  const admin = adminOf();
  return (
    <>
      <Head title="Systems and targets" sub="A system is a boundary with one profile. A target is a host inside it.">{admin && <><Button onClick={() => addSystem()}>Add a system…</Button><Button onClick={() => addTarget()}>Add a target…</Button></>}</Head>
      <SystemTabs />
      <h2>Systems</h2><Problem e={sys.error} />
      {sys.data && <Table name="systems" what="system" none="No system yet." rows={sys.data} id={(s) => s.system} text={(s) => JSON.stringify(s)} act={admin ? addSystem : undefined} cols={[
        { head: "System", cell: (s) => <><b>{s.system}</b>{s.retired && <span class="tag bad">retired</span>}</> }, { head: "Name", class: "grow", cell: (s) => <bdi>{s.name}</bdi> },
        { head: "Profile", cell: (s) => <span class="tag">{s.profile}</span> }, { head: "Impact", cell: (s) => s.impact }, { head: "Technologies", cell: (s) => (s.technologies ?? []).join(", ") },
        { head: "Output is released", cell: (s) => releaseWords[s.release] ?? s.release },
      ]} />}
      <h2>Targets</h2><Problem e={tgt.error} />
      {tgt.data && <Table name="targets" what="target" none="No target yet." rows={tgt.data} id={(t) => t.target} text={(t) => JSON.stringify(t)} act={admin ? addTarget : undefined} cols={[
        { head: "Target", cell: (t) => <><b>{t.target}</b>{t.retired && <span class="tag bad">retired</span>}</> }, { head: "System", cell: (t) => t.system }, { head: "Address", cell: (t) => <code>{t.address}</code> },
        { head: "Logins", cell: (t) => (t.logins ?? []).join(", ") }, { head: "Interpreter", cell: (t) => <code>{t.interpreter}</code> }, { head: "Host key", class: "grow", cell: (t) => <code class="value">{t.hostKey}</code> },
      ]} />}
    </>
  );
}
