import type { ToolCall, RiskLevel } from '../action/proposal.js';
import type { ProposalDocument } from '../action/proposal.schema.js';
import type { ScalarShape } from './shape.js';
import { misfit } from './shape.js';

/** What a model fills in. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly shape: ScalarShape;
}

type StepDocument = NonNullable<ProposalDocument['steps']>[number];
type CallDocument = NonNullable<ProposalDocument['rollback']>[number];

/** One action that a model may choose; people wrote it, and `{name}` in an argument stands for a parameter. */
export interface CatalogueEntry {
  readonly id: string;
  readonly actionType: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly steps: readonly StepDocument[];
  readonly rollback: readonly CallDocument[];
  readonly rollbackPlan: string;
  readonly networkDomains: readonly string[];
  /** The floor of what it reaches, or more where people said so: never a model's word (spec C6). */
  readonly risk: RiskLevel;
}

/** All that may be chosen. */
export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  readonly digest: string;
}

export type Filled = Readonly<Record<string, string | number | boolean>>;

/** Why these values do not fit an entry's parameters, each named; empty where they do. */
export function parameterProblems({ parameters }: Pick<CatalogueEntry, 'parameters'>, values: Filled): string[] {
  const names = parameters.map(({ name }) => name);
  return [
    ...Object.keys(values)
      .filter((name) => !names.includes(name))
      .map((name) => `has no parameter ${JSON.stringify(name)}`),
    ...parameters.flatMap(({ name, shape }) => {
      const allowed = misfit(shape, Object.hasOwn(values, name) ? values[name] : undefined);
      return allowed === undefined ? [] : [`${name} must be ${allowed}`];
    }),
  ];
}

const placeholder = /\{([a-z][a-z0-9_]*)\}/g;

/** Names of the parameters that a text asks for. */
export const placeholdersIn = (text: string): string[] => [...text.matchAll(placeholder)].map(([, name]) => name ?? '');

const fill = (values: Filled) => (text: string) =>
  text.replace(placeholder, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));

/** The command, with each value inside its one argument: no value can become a second argument. Values must fit (`parameterProblems`). */
export function renderEntry(entry: Pick<CatalogueEntry, 'steps' | 'rollback'>, values: Filled): Pick<CatalogueEntry, 'steps' | 'rollback'> {
  const filled = <T extends { readonly tool_args?: ToolCall['toolArgs'] | undefined }>(call: T): T => ({
    ...call,
    ...(call.tool_args !== undefined && { tool_args: call.tool_args.map(fill(values)) }),
  });
  return {
    steps: entry.steps.map((step) => ({ ...filled(step), ...(step.rollback && { rollback: step.rollback.map(filled) }) })),
    rollback: entry.rollback.map(filled),
  };
}
