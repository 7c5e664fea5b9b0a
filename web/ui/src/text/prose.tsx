import type { ComponentChildren } from "preact";

/** The little Markdown that summaries use: headings, paragraphs, lists, tables, `code`. Everything else is text. */
export function Prose({ text }: { text: string }) {
  const out: ComponentChildren[] = [];
  let para: string[] = [], items: string[] = [], rows: string[][] = [];
  const flush = () => {
    if (para.length) out.push(<p>{inline(para.join(" "))}</p>);
    if (items.length) out.push(<ul>{items.map((i) => <li>{inline(i)}</li>)}</ul>);
    if (rows.length) out.push(<div class="scroll"><table><thead><tr>{rows[0]!.map((c) => <th>{inline(c)}</th>)}</tr></thead><tbody>{rows.slice(1).map((r) => <tr>{r.map((c) => <td>{inline(c)}</td>)}</tr>)}</tbody></table></div>);
    para = []; items = []; rows = [];
  };
  for (const line of text.split("\n")) {
    const head = /^#+ (.*)/.exec(line), item = /^[-*] (.*)/.exec(line);
    if (head) { flush(); out.push(<h3>{inline(head[1]!)}</h3>); }
    else if (line.startsWith("|")) {
      const cells = line.split("|").slice(1, -1).map((c) => c.trim());
      if (!cells.every((c) => /^:?-+:?$/.test(c))) { if (para.length || items.length) flush(); rows.push(cells); }
    } else if (item) { if (para.length || rows.length) flush(); items.push(item[1]!); }
    else if (line.trim() === "") flush();
    else if (items.length && /^\s/.test(line)) items[items.length - 1] += " " + line.trim();
    else { if (items.length || rows.length) flush(); para.push(line.trim()); }
  }
  flush();
  return <>{out}</>;
}

const inline = (s: string) => s.split(/(`[^`]*`)/).map((p) => (p.startsWith("`") && p.length > 1 ? <code>{p.slice(1, -1)}</code> : p.replace(/\*\*/g, "")));
