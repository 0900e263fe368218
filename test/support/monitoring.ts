import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly next: string };
}

export interface DashboardPanel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly DashboardPanel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

export const monitoringFile = (name: string): string => new URL(`../../deploy/monitoring/${name}`, import.meta.url).pathname;
const read = (name: string) => readFileSync(monitoringFile(name), 'utf8');

export const alertRules = (): readonly Rule[] =>
  (parse(read('janus-rules.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);

export const dashboard = (): Dashboard => JSON.parse(read('grafana-janus.json')) as Dashboard;

/** Every query that is shipped: where it stands, and what it asks. */
export const shippedQueries = (): readonly { readonly where: string; readonly expr: string }[] => [
  ...alertRules().map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboard().panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
];

export interface Selector {
  readonly name: string;
  /** Labels that a query compares, with the values that it names. */
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** The series that a query asks for: names of ours and of Temporal, each with what stands in braces behind it. */
export const selectorsIn = (expr: string): readonly Selector[] =>
  [...expr.matchAll(/\b((?:janus|temporal)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(([, name = '', inside = '']) => ({
    name,
    matchers: [...inside.matchAll(/([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', operator = '', value = '']) => ({
      label,
      operator,
      value,
    })),
  }));

/** The name of a series without the endings that a histogram has in the text. */
export const seriesNameOf = (name: string): string => name.replace(/_(?:bucket|count|sum)$/, '');
