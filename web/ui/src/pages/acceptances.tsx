import { useLoad } from "../live";
import { ask, list } from "../parts/dialog";
import { Button, Head, Problem, Until } from "../parts/bits";
import { Table } from "../parts/table";
import { me, post } from "../api";
import { postSigned } from "../passkey";
import type { Acceptance, Profile } from "../types";
import { ExceptionTabs } from "./exceptions";

/** Exceptions that an approver signed: each has an end, and ends by itself. */
export function AcceptancesPage() {
  const { data, error, reload } = useLoad<Acceptance[]>("acceptances", (n) => n.kind.startsWith("acceptance."));
  const profiles = useLoad<Profile[]>(me.value?.can.includes("inforce") ? "policies" : null, (n) => n.kind === "policy.set");
  // Only rules of profiles that govern a system, and only those that say that an approver may accept the risk.
  const rules = [...new Map((profiles.data ?? []).filter((p) => p.systems.length > 0).flatMap((p) => p.rules.filter((r) => r.acceptable).map((r) => [r.id, `${r.id}: ${r.says}`] as [string, string]))).entries()];
  const systems = [...new Set((profiles.data ?? []).flatMap((p) => p.systems))].sort();
  const approver = (me.value?.roles ?? []).some((r) => r.role === "approver");
  const sign = () => ask({
    title: "Accept a risk", yes: "Sign", says: "You set one rule aside, on one system, until a date. It is shown wherever it makes the difference.",
    fields: [
      { name: "acceptance", label: "Identifier", required: true, placeholder: "RA-2026-01" }, systems.length > 0 ? { name: "system", label: "System", required: true, kind: "choice", choices: systems.map((x) => [x, x]), value: systems[0] } : { name: "system", label: "System", required: true },
      rules.length > 0 ? { name: "rule", label: "Rule that is set aside", required: true, kind: "choice", choices: rules, value: rules[0]![0] } : { name: "rule", label: "Rule that is set aside", required: true, help: "its name, as the policy page gives it" },
      { name: "person", label: "Person", help: "leave empty for everyone that the rule concerns" }, { name: "until", label: "Until (UTC)", required: true, placeholder: "2027-01-01T00:00:00Z" },
      { name: "reason", label: "Reason", kind: "area", required: true }, { name: "controls", label: "Compensating controls", kind: "list" },
    ],
    run: (v) => postSigned("acceptances", "acceptances/challenge", { acceptance: v.acceptance, system: v.system, rule: v.rule, person: v.person || undefined, until: v.until, details: { reason: v.reason, controls: list(v.controls) } }).then(reload),
  });
  const end = (a: Acceptance) => ask({ title: `End ${a.acceptance}`, yes: "End it", kind: "danger", says: "From now on the rule holds again. Sessions that rest on it end.", fields: [{ name: "reason", label: "Why", required: true }], run: (v) => post(`acceptances/${a.acceptance}/end`, v).then(reload) });
  return (
    <>
      <Head title="Risk acceptances" sub="Exceptions that an approver signed: one rule, one system, a date. Each ends by itself.">{approver && <Button onClick={sign}>Accept a risk…</Button>}</Head>
      <ExceptionTabs />
      {!approver && <p class="hint gap">An approver signs exceptions. You may read them here.</p>}
      <Problem e={error} />
      {data && <Table name="acceptances" what="acceptance" none="No risk is accepted: every rule holds for everyone." rows={data} id={(a) => a.acceptance} text={(a) => JSON.stringify(a)} cols={[
        { head: "Acceptance", cell: (a) => <b>{a.acceptance}</b> }, { head: "Sets aside", cell: (a) => <code>{a.rule}</code> }, { head: "On", cell: (a) => a.system }, { head: "For", cell: (a) => a.person ?? "everyone it concerns" },
        { head: "Reason", class: "grow", cell: (a) => <>{a.details?.reason ?? <span class="dim">not disclosed</span>}{!!a.details?.controls?.length && <small>instead: {a.details.controls.join(", ")}</small>}</> },
        { head: "Signed by", cell: (a) => a.by }, { head: "Ends", cell: (a) => (a.ended ? <span class="dim">ended early</span> : <Until t={a.until} soon={14 * 86400} />) },
        { head: "", cell: (a) => !a.ended && approver && Date.parse(a.until) > Date.now() && <Button onClick={() => end(a)}>End…</Button> },
      ]} />}
    </>
  );
}
