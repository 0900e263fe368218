import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { searchAttributes } from '../../../src/contract/search-attributes.js';

export type ServerKind = 'time-skipping' | 'dev';

export interface TestServer {
  readonly environment: TestWorkflowEnvironment;
  readonly client: Client;
  readonly namespace: string;
  /** The server's own time: skipped ahead, or the wall clock. */
  now(): Promise<number>;
  close(): Promise<void>;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests with npm test or npm run test:...`);
  return value;
}

function executable(path: string) {
  return { type: 'existing-path', path } as const;
}

/** Once for each process: Temporal warns of much that tests do on purpose. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}

/** temporal.api.enums.v1.IndexedValueType */
const indexedValueTypes: Readonly<Record<string, number>> = { KEYWORD: 2, DATETIME: 6 };
const attributeTypes = Object.fromEntries(Object.values(searchAttributes).map(({ name, type }) => [name, indexedValueTypes[type] ?? 0]));

/** A workflow that goes on for ever begins a new run after so many events: the history of one is a short file then. */
const shortRuns = ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=200'];

/**
 * A real server of its own for one test file. The time-skipping server has `AddSearchAttributes` but not the `ListSearchAttributes` that
 * `registerSearchAttributes` asks first (12 UNIMPLEMENTED, 1.40.0), so the names are added without asking.
 */
export async function startTestServer(kind: ServerKind): Promise<TestServer> {
  quietRuntime();
  // Histories name who did it: never a machine.
  const client = { identity: 'test' };
  const environment =
    kind === 'dev'
      ? await TestWorkflowEnvironment.createLocal({
          client,
          server: { executable: executable(required('JANUS_TEST_TEMPORAL_CLI')), extraArgs: shortRuns },
        })
      : await TestWorkflowEnvironment.createTimeSkipping({ client, server: { executable: executable(required('JANUS_TEST_SERVER')) } });
  const namespace = environment.client.options.namespace;
  await environment.connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes: attributeTypes })
    .catch(async (error: unknown) => {
      await environment.teardown();
      throw error;
    });
  return {
    environment,
    client: environment.client,
    namespace,
    now: () => environment.currentTimeMs(),
    close: () => environment.teardown(),
  };
}
