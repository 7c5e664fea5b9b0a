import { Link, path } from "../router";

/** Pages that belong together: the menu leads to the first, these lead on. */
export function Tabs({ of }: { of: { to: string; label: string; shown?: boolean }[] }) {
  const here = of.map((t) => t.to).filter((to) => path.value === to || path.value.startsWith(to + "/")).sort((a, b) => b.length - a.length)[0];
  return <nav class="subnav" aria-label="Pages of this kind">{of.filter((t) => t.shown !== false).map((t) => <Link to={t.to} current={t.to === here}>{t.label}</Link>)}</nav>;
}
