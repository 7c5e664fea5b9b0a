import { useState } from "preact/hooks";
import { post, type Refusal } from "../api";
import { useLoad } from "../live";
import { ask, list } from "../parts/dialog";
import { Button, Head, Party, Problem, State, When } from "../parts/bits";
import { isMe } from "../parts/sessionkeys";
import { Table } from "../parts/table";
import { go, Link } from "../router";
import type { Session, Ticket } from "../types";
import { stateWords } from "../words";
import { adminOf } from "../parts/admin";

export function TicketsPage() {
  const { data, error, reload } = useLoad<Ticket[]>("tickets", (n) => n.kind.startsWith("ticket.") || n.kind.startsWith("session."));
  const [refused, setRefused] = useState<{ of: string; e: Refusal } | null>(null);
  const open = async (t: Ticket) => {
    setRefused(null);
    try { const s = await post<Session>(`tickets/${t.id}/session`); go(`/sessions/${s.id}`); } catch (e) { setRefused({ of: t.id, e: e as Refusal }); }
  };
  const add = () => {
    const now = new Date(), later = new Date(now.getTime() + 4 * 3600e3), text = (d: Date) => d.toISOString().replace(/\.\d+/, "");
    ask({
      title: "Open a ticket", yes: "Open ticket", fields: [
        { name: "ticket", label: "Ticket", required: true, placeholder: "T-1042" }, { name: "title", label: "Title", required: true },
        { name: "text", label: "What is wrong and what is wanted", kind: "area" }, { name: "system", label: "System", required: true },
        { name: "targets", label: "Targets", kind: "list", required: true }, { name: "engineer", label: "Engineer (identifier)", required: true },
        { name: "mode", label: "Mode", kind: "choice", value: "propose", choices: [["propose", "propose"], ["advise", "advise"], ["view", "view"]] },
        { name: "technologies", label: "Technologies", kind: "list" }, { name: "paths", label: "Paths that the work should touch", kind: "list" },
        { name: "from", label: "From (UTC)", required: true, value: text(now) }, { name: "to", label: "To (UTC)", required: true, value: text(later) },
      ],
      run: (v) => post("tickets", { ticket: v.ticket, title: v.title, text: v.text, system: v.system, targets: list(v.targets), engineer: v.engineer, mode: v.mode, technologies: list(v.technologies), paths: list(v.paths), from: v.from, to: v.to }).then(reload),
    });
  };
  const close = (t: Ticket) => ask({ title: `Close ticket ${t.id}`, yes: "Close ticket", kind: "danger", says: "Its session ends with it.", fields: [{ name: "reason", label: "Why", required: true }], run: (v) => post(`tickets/${t.id}/close`, v).then(reload) });
  return (
    <>
      <Head title="Tickets" sub="What is to be done, where, by whom, and when.">{adminOf() && <Button kind="primary" onClick={add}>Open a ticket…</Button>}</Head>
      <Problem e={error} />
      {refused && <div class="problem" role="alert"><p><b>No session for {refused.of}.</b> {refused.e.message}</p>{refused.e.hint && <p class="hint">{refused.e.hint}</p>}</div>}
      {data && <Table name="tickets" what="ticket" none="There is no ticket that concerns you." rows={data} id={(t) => t.id} text={(t) => JSON.stringify(t)}
        open={(t) => (t.session ? `/sessions/${t.session}` : "/tickets")}
        cols={[
          { head: "Ticket", cell: (t) => <b>{t.id}</b> }, { head: "Title", cell: (t) => <bdi>{t.title}</bdi>, class: "grow" },
          { head: "System", cell: (t) => t.system }, { head: "Targets", cell: (t) => (t.targets ?? []).join(", ") },
          { head: "Engineer", cell: (t) => <Party p={t.engineer} plain /> }, { head: "Mode", cell: (t) => t.mode },
          { head: "Window", cell: (t) => <><When t={t.from} /><br /><When t={t.to} /></> },
          { head: "State", cell: (t) => <State s={t.state}>{stateWords[t.state] ?? t.state}</State> },
          {
            head: "", cell: (t) => <span class="tools">{t.session ? <Link to={`/sessions/${t.session}`}>session</Link> : isMe(t.engineer.id) && t.state === "open" ? <Button kind="primary" onClick={() => void open(t)}>Open session</Button> : null}
              {adminOf() && t.state === "open" && <Button onClick={() => close(t)}>Close…</Button>}</span>,
          },
        ]} />}
    </>
  );
}
