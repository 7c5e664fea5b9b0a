import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Key { key: string; says: string; run: () => void }

const layers: Key[][] = [];
export const keysNow = signal<Key[]>([]);
export const helping = signal(false);

/** Binds keys while the component is there. A key in a later layer hides the same key of an earlier one. */
export function useKeys(keys: Key[]) {
  useEffect(() => {
    layers.push(keys);
    show();
    return () => { layers.splice(layers.indexOf(keys), 1); show(); };
  });
}

function show() {
  const all = new Map<string, Key>();
  for (const l of layers) for (const k of l) all.set(k.key, k);
  const next = [...all.values()];
  if (next.length !== keysNow.peek().length || next.some((k, i) => k.key !== keysNow.peek()[i]?.key || k.says !== keysNow.peek()[i]?.says)) keysNow.value = next;
}

/** Moves the focus among the rows of the page. */
export function move(by: number) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((r) => r.offsetParent !== null);
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.repeat && e.key !== "j" && e.key !== "k") return;
  const t = e.target as HTMLElement;
  if (t.closest("input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]")) {
    if (e.key === "Escape" && !t.closest("dialog")) t.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (e.key === " " && t.closest("button, a, summary, input")) return; // pressing what has the focus
  for (let i = layers.length - 1; i >= 0; i--) {
    const k = layers[i]!.find((k) => k.key === e.key);
    if (k) { e.preventDefault(); k.run(); return; }
  }
});
