import type { Assessment, Effect, Place, Span } from "../types";
import { effectWords, plural } from "../words";
import { Empty, Verdict } from "./bits";

type Go = (p: Place) => void;
const span = (l: Span) => `line ${l[0]}${l[1] !== l[0] ? `–${l[1]}` : ""}`;

/** A button that leads to where something stands: in a file that the text runs, or in the text. */
export function Lines({ at, go }: { at: Place; go: Go }) {
  if (at.file && at.fileLines && at.fileLines[0] > 0) return <button type="button" class="lines" title={`run by ${span(at.lines)} of the text`} onClick={() => go(at)}><bdi>{at.file.split("/").pop()}</bdi> {span(at.fileLines)}</button>;
  if (!at.lines || at.lines[0] === 0) return null;
  return <button type="button" class="lines" onClick={() => go(at)}>{span(at.lines)}</button>;
}

/** Effects by kind, gravest first, each with its lines. */
export function Effects({ a, go }: { a: Assessment; go: Go }) {
  const groups = new Map<string, Effect[]>();
  for (const e of a.effects ?? []) groups.set(e.kind, [...(groups.get(e.kind) ?? []), e]);
  if (groups.size === 0) return <Empty>{a.complete ? "It changes nothing that was found." : "Nothing was found, but not everything was understood."}</Empty>;
  return (
    <div class="effects">
      {[...groups].map(([kind, all]) => (
        <section class={"effect lv-" + all.map((e) => e.level).reduce(graver)}>
          <h3>{effectWords[kind]?.[0] ?? kind}{effectWords[kind]?.[1] && <small>{effectWords[kind]![1]}</small>}</h3>
          <ul>{all.map((e) => (
            <li>
              <span class="target"><bdi>{e.target}</bdi></span>
              {e.detail && <span> {e.detail}</span>}
              {e.principal && <span class="tag">as {e.principal}</span>}
              {e.outside && <span class="tag bad">outside the ticket</span>}
              {e.certainty === "may" && <span class="tag">{e.condition ? e.condition : "only under a condition"}</span>}
              {(e.via ?? []).map((v) => <span class="tag">through {v}</span>)}
              <Lines at={e} go={go} />
            </li>
          ))}</ul>
        </section>
      ))}
    </div>
  );
}

const order = ["low", "medium", "high", "critical"];
const graver = (a: string, b: string) => (order.indexOf(b) > order.indexOf(a) ? b : a) as any;

export function Findings({ a, go }: { a: Assessment; go: Go }) {
  if (!a.findings?.length) return null;
  return (
    <ul class="findings">{a.findings.map((f) => (
      <li class={"lv-" + f.level}><Verdict v={f.level} /><p>{f.message}{f.technique && <span class="dim"> ({f.technique})</span>}</p><Lines at={f} go={go} /></li>
    ))}</ul>
  );
}

export function Unknowns({ a, go }: { a: Assessment; go: Go }) {
  return (
    <div class="unknowns">
      <p>{a.commands.total === 0 ? "No command was found." : `${a.commands.understood} of ${plural(a.commands.total, "command")} understood.`}{" "}
        {a.complete ? "Nothing that matters is open." : "What follows could not be determined:"}</p>
      {!!a.unknown?.length && <ul>{a.unknown.map((u) => <li><span>{u.why}</span><Lines at={u} go={go} /></li>)}</ul>}
    </div>
  );
}
