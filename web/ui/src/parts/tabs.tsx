import { Link, path } from "../router";

/** Pages that belong together: the menu leads to the first, these lead on. */
export function Tabs({ of }: { of: { to: string; label: string; shown?: boolean }[] }) {
  return <nav class="subnav" aria-label="Pages of this kind">{of.filter((t) => t.shown !== false).map((t) => <Link to={t.to} current={path.value === t.to}>{t.label}</Link>)}</nav>;
}
