import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

export const path = signal(location.pathname);
addEventListener("popstate", () => { path.value = location.pathname; });

export function go(to: string) {
  if (to === path.value) return;
  history.pushState(null, "", to);
  path.value = to;
  scrollTo(0, 0);
}

export function Link(p: { to: string; class?: string; children: ComponentChildren; title?: string; current?: boolean; row?: boolean }) {
  return (
    <a href={p.to} class={p.class} title={p.title} aria-current={p.current ? "page" : undefined}
      data-row={p.row ? "" : undefined}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
        e.preventDefault();
        go(p.to);
      }}>{p.children}</a>
  );
}
