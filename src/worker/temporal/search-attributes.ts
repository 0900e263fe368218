import type { Connection } from '@temporalio/client';
import { invalidArgumentIn, refusalIn } from '../../client/errors.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { JanusError } from '../../domain/errors.js';

/** temporal.api.enums.v1.IndexedValueType */
const indexedValueTypes: Readonly<Record<string, number>> = { KEYWORD: 2, DATETIME: 6 };

type Attribute = (typeof searchAttributes)[keyof typeof searchAttributes];

/** As commands call a type, Temporal's own and that of its cloud. */
const typeOf = ({ type }: Attribute) => (type === 'DATETIME' ? 'Datetime' : 'Keyword');

const createHint = (namespace: string, missing: readonly Attribute[]) =>
  `temporal operator search-attribute create --namespace ${namespace} ${missing.map((each) => `--name ${each.name} --type ${typeOf(each)}`).join(' ')}`;

/** Asks for a list that filters by all of them: a server that lacks one refuses that. */
async function assertKnown(connection: Connection, namespace: string): Promise<void> {
  const all = Object.values(searchAttributes);
  const query = all
    .map((each) => (each.type === 'DATETIME' ? `${each.name} > "2026-01-01T00:00:00Z"` : `${each.name} = "none"`))
    .join(' AND ');
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
  } catch (error) {
    if (!invalidArgumentIn(error)) throw error;
    throw new JanusError(
      'CONFIG_INVALID',
      `search attributes are missing in namespace ${namespace}, and this client may not register them`,
      {
        cause: error,
        next: `${createHint(namespace, all)} · tcld namespace search-attributes add --namespace ${namespace} ${all.map((each) => `--sa ${each.name}=${typeOf(each)}`).join(' ')}`,
      },
    );
  }
}

/**
 * Registers what is missing through the operator service: names given on the dev server's command line are ignored for a database that
 * exists already. Idempotent; two workers at once are harmless. Temporal Cloud lets nobody ask that service: there they have to be known already.
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const listed = () => connection.operatorService.listSearchAttributes({ namespace });
  const before = await listed().catch((error: unknown) => {
    if (refusalIn(error) === undefined) throw error;
    return undefined;
  });
  if (before === undefined) return assertKnown(connection, namespace);
  const missing = Object.values(searchAttributes).filter(({ name }) => before.customAttributes[name] === undefined);
  if (missing.length === 0) return;
  const types = Object.fromEntries(missing.map(({ name, type }) => [name, indexedValueTypes[type] ?? 0]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
  } catch (error) {
    const after = await listed();
    if (missing.every(({ name }) => after.customAttributes[name] !== undefined)) return;
    const names = missing.map(({ name }) => name).join(', ');
    throw new JanusError('CONFIG_INVALID', `the search attributes ${names} could not be registered in namespace ${namespace}`, {
      cause: error,
      next: createHint(namespace, missing),
    });
  }
}
