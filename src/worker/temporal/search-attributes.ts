import type { Connection } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';
import { JanusError } from '../../domain/errors.js';

/** temporal.api.enums.v1.IndexedValueType */
const indexedValueTypes: Readonly<Record<string, number>> = { KEYWORD: 2, DATETIME: 6 };

/**
 * Registers what is missing through the operator service: names given on the dev server's command line are ignored for a database that
 * exists already. Idempotent; two workers at once are harmless.
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => customAttributes[name] === undefined);
  if (missing.length === 0) return;
  const types = Object.fromEntries(missing.map(({ name, type }) => [name, indexedValueTypes[type] ?? 0]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
  } catch (error) {
    const after = await connection.operatorService.listSearchAttributes({ namespace });
    if (missing.every(({ name }) => after.customAttributes[name] !== undefined)) return;
    throw new JanusError(
      'CONFIG_INVALID',
      `the search attributes ${missing.map(({ name }) => name).join(', ')} could not be registered in namespace ${namespace}`,
      {
        cause: error,
        next: `temporal operator search-attribute create --namespace ${namespace} ${missing.map(({ name, type }) => `--name ${name} --type ${type === 'DATETIME' ? 'Datetime' : 'Keyword'}`).join(' ')}`,
      },
    );
  }
}
