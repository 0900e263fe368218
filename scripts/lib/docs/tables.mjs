/** The command that writes the tables again. */
export const regenerate = 'npm run docs';

const row = (...cells) => `| ${cells.join(' | ')} |`;

/** Of `meanings`: each event of the trail, where it stands, and who hears of it. */
export function trailTable(meanings) {
  const rows = Object.entries(meanings).map(([name, { logs, means, status, told, alert, kind }]) =>
    row(
      `\`${name}\``,
      logs.length === 3 ? 'all' : logs.map((log) => `\`${log}\``).join(', '),
      means,
      status ?? '',
      told ?? (alert === undefined ? '' : kind === undefined || kind === name ? name : `${name} (${kind})`),
    ),
  );
  return [row('event', 'log', 'what it means', 'status', 'people are told'), '|---|---|---|---|---|', ...rows].join('\n');
}

/** Of `agentLogEvents`. */
export function agentLogTable(events) {
  const rows = Object.entries(events).map(([name, means]) => row(`\`${name}\``, means));
  return [row('`event_type`', ''), '|---|---|', ...rows].join('\n');
}

/** Of `healthFacts`. */
export function healthTable(facts) {
  const rows = facts.map(({ id, means, remedy }) => row(`\`${id}\``, means, remedy));
  return [row('fact', 'holds when', 'where it does not'), '|---|---|---|', ...rows].join('\n');
}

const valuesMax = 12;

/** Of `series`: name, kind, labels with their values where they are few. */
export function seriesTable(all) {
  const labelsOf = (labels = {}) =>
    Object.entries(labels)
      .map(([name, values]) => (values.length > valuesMax ? `\`${name}\`` : `\`${name}\`: ${values.join(', ')}`))
      .join('; ');
  const rows = Object.entries(all).map(([name, { kind, of, labels, means }]) => row(`\`${name}\``, kind, of, labelsOf(labels), means));
  return [row('series', '', 'of', 'labels', 'what it says'), '|---|---|---|---|---|', ...rows].join('\n');
}

/** The page with `table` between the marks of that name; the marks stay. Undefined where the page has no such marks. */
export function withTable(page, name, table) {
  const [open, close] = [`<!-- ${name}: written by ${regenerate} -->\n\n`, `\n\n<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  return from < 0 || to < from ? undefined : `${page.slice(0, from + open.length)}${table}${page.slice(to)}`;
}
