import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { useKeys } from "../keys";
import { plural as count } from "../words";
import { go } from "../router";
import { Button, Empty, save } from "./bits";

const plural = (n: number, what: string) => count(n, what, what === "person" ? "people" : what + "s");

export interface Col<T> { head: string; cell: (row: T) => ComponentChildren; class?: string }

/** A list that can be filtered, walked with j and k, opened with Enter, and taken out as JSON. */
export function Table<T>(p: {
  name: string; rows: T[]; cols: Col<T>[]; id: (row: T) => string; text: (row: T) => string; open?: (row: T) => string; act?: (row: T) => void; none: string; what: string;
}) {
  const [filter, setFilter] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useKeys([{ key: "/", says: "filter the list", run: () => input.current?.focus() }]);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = words.length ? p.rows.filter((r) => { const t = p.text(r).toLowerCase(); return words.every((w) => t.includes(w)); }) : p.rows;
  const shown = rows.slice(0, 500);
  const open = (r: T) => { if (p.open) go(p.open(r)); else p.act?.(r); };
  return (
    <div class="list">
      <div class="bar">
        <input ref={input} type="search" placeholder="filter  /" aria-label={`filter ${p.name}`} value={filter} onInput={(e) => setFilter(e.currentTarget.value)} />
        <span class="dim">{words.length ? `${plural(rows.length, p.what)} of ${p.rows.length}` : plural(rows.length, p.what)}{shown.length < rows.length && `, the first ${shown.length} drawn: filter to see others`}</span>
        <Button onClick={() => save(`${p.name}.json`, rows)}>JSON</Button>
      </div>
      {rows.length === 0 ? <Empty>{p.rows.length === 0 ? p.none : "Nothing fits this filter."}</Empty> : (
        <div class="scroll"><table>
          <thead><tr>{p.cols.map((c) => <th class={c.class}>{c.head}</th>)}</tr></thead>
          <tbody>{shown.map((r) => (
            <tr key={p.id(r)} data-row="" tabIndex={0} class={p.open || p.act ? "opens" : ""}
              onClick={(e) => { if (!(e.target as HTMLElement).closest("a, button")) open(r); }}
              onKeyDown={(e) => { if (e.key === "Enter" && e.target === e.currentTarget) open(r); }}>
              {p.cols.map((c) => <td class={c.class}>{c.cell(r)}</td>)}
            </tr>
          ))}</tbody>
        </table></div>
      )}
    </div>
  );
}
