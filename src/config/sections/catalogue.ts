import type { CatalogueEntry, Parameter } from '../../domain/model/catalogue.js';
import type { EntryRules, WrittenEntry } from '../../domain/model/compile-entry.js';
import { compileEntry } from '../../domain/model/compile-entry.js';
import type { ScalarShape } from '../../domain/model/shape.js';
import type { Problem } from '../yaml/problem.js';
import type { CatalogueEntryDocument } from './catalogue.schema.js';
import { defaultCatalogue } from './catalogue.schema.js';

type ParameterDocument = CatalogueEntryDocument['parameters'][string];

/** The shape of a parameter, or what is missing for one. */
function toShape({ type, enum: values, form, max_length: lengthMax, min, max }: ParameterDocument): ScalarShape | string {
  if (type === 'integer') {
    if (values !== undefined || form !== undefined) return 'an integer has min and max, and neither enum nor form';
    if (min === undefined || max === undefined || min > max) return 'an integer needs min and max, the smaller one first';
    return { kind: 'integer', min, max };
  }
  if (min !== undefined || max !== undefined) return 'a string has no min and max; its length is bounded by max_length';
  if ((values === undefined) === (form === undefined)) return 'a string needs either enum or form (name, path, text)';
  return values === undefined ? { kind: 'text', form: form ?? 'name', lengthMax } : { kind: 'choice', values };
}

/** Parts of an entry that are wrong in themselves, and the entry as the domain knows it. */
function toWritten(document: CatalogueEntryDocument): { readonly entry: WrittenEntry; readonly problems: readonly string[] } {
  const parameters: Parameter[] = [];
  const problems: string[] = [];
  for (const [name, parameter] of Object.entries(document.parameters)) {
    const shape = toShape(parameter);
    if (typeof shape === 'string') problems.push(`parameter ${name}: ${shape}`);
    else parameters.push({ name, description: parameter.description, shape });
  }
  const { name, description, action_type: actionType, tool, args, expect, rollback, rollback_plan: rollbackPlan } = document;
  const { network_domains: networkDomains, risk_level: risk } = document;
  const optional = { ...(expect && { expect }), ...(risk && { risk }) };
  return {
    problems,
    entry: { name, description, actionType, tool, args, parameters, rollback, rollbackPlan, networkDomains, ...optional },
  };
}

interface Place {
  readonly file: string;
  readonly lineOf: (...path: (string | number)[]) => number;
}

/** What a model may choose, and what is wrong with what people wrote. A default entry whose tool is not there is left out, for nobody wrote it. */
export function toCatalogueEntries(
  documents: readonly CatalogueEntryDocument[],
  rules: EntryRules,
  { file, lineOf }: Place,
): { readonly entries: readonly CatalogueEntry[]; readonly problems: readonly Problem[] } {
  const isDefault =
    documents.length === defaultCatalogue.length && documents.every(({ name }, index) => name === defaultCatalogue[index]?.name);
  const entries: CatalogueEntry[] = [];
  const problems: Problem[] = [];
  for (const [index, document] of documents.entries()) {
    const written = toWritten(document);
    const compiled = compileEntry(written.entry, rules);
    const found = [...written.problems, ...('problems' in compiled ? compiled.problems : [])];
    if (documents.findIndex(({ name }) => name === document.name) !== index) found.push('another entry has this name');
    if (!('problems' in compiled) && found.length === 0) entries.push(compiled);
    else if (!isDefault)
      problems.push(
        ...found.map((allowed) => ({ file, line: lineOf('catalogue', index), key: `catalogue.${index}`, found: document.name, allowed })),
      );
  }
  return { entries, problems };
}
