import { me } from "../api";
import type { Match } from "../types";
import { plural } from "../words";

/** Who could take an empty seat, and for those who could not, why. */
export function MatchBox({ m }: { m: Match }) {
  const offered = (m.candidates ?? []).filter((c) => c.offered), not = (m.candidates ?? []).filter((c) => !c.offered);
  return (
    <div class={m.nobody ? "notice warnbox" : "match"} role={m.nobody ? "alert" : undefined}>
      <p><b>{m.says}</b>{m.nobody && " Somebody must be made eligible or qualified first, or the ticket be changed."}{!!m.needs?.length && <span class="dim"> Asked for: {m.needs.join(", ")}.</span>}</p>
      {offered.length > 0 && <ul class="plainlist">{offered.map((c) => <li><b><bdi>{c.name}</bdi></b> <span class="dim">{c.sessions === 0 ? "free" : `escorts ${plural(c.sessions, "session")}`}</span></li>)}</ul>}
      {not.length > 0 && <details open={offered.length === 0}><summary>{plural(not.length, "person", "people")} who may not, and why</summary>
        <ul class="plainlist">{not.map((c) => <li><b><bdi>{c.name}</bdi></b>{c.eligible && !c.qualified && <span class="tag f-soon">eligible, not qualified</span>}<ul class="cannot">{(c.whyNot ?? []).map((w) => <li>{w}</li>)}</ul></li>)}</ul></details>}
    </div>
  );
}

/** In a list: the sentence, and why the reader is not among those offered. */
export function MatchLine({ m }: { m: Match }) {
  const mine = (m.candidates ?? []).find((c) => c.person === me.value?.person);
  return <span class="sum">{m.says}{mine && !mine.offered && <span class="warn"> You may not: {(mine.whyNot ?? []).join(" ")}</span>}</span>;
}
