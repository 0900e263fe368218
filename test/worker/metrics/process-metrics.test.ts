import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { noMeter } from '../../../src/worker/temporal/meter.js';
import { isServing, portOf } from '../../../src/worker/temporal/exporter.js';
import { wireMetrics } from '../../../src/worker/metrics/process-metrics.js';

function surroundings() {
  const told: unknown[][] = [];
  const vital: unknown[] = [];
  const logged: unknown[][] = [];
  const log = (...line: unknown[]) => void logged.push(line);
  return {
    told,
    vital,
    logged,
    context: {
      vitals: { tell: (...said: unknown[]) => void told.push(said), watch: (look: () => unknown) => void vital.push(look()) },
      logger: { info: log, warn: log } as unknown as Parameters<typeof wireMetrics>[1]['logger'],
    },
  };
}

describe('what a process tells of its metrics (spec O1, O3)', () => {
  it('is why nobody can read them, and then nothing is looked at', () => {
    const { told, vital, logged, context } = surroundings();
    const metrics = wireMetrics({ address: '127.0.0.1:9464', problem: 'Address already in use', meter: noMeter }, context);
    metrics.sample(() => {
      throw new TypeError('looked at');
    });
    expect([metrics.isOn, told, vital]).toEqual([false, [['metrics', '127.0.0.1:9464', 'Address already in use']], []]);
    expect(logged).toEqual([[{ event_type: 'metrics' }, 'nobody can read metrics at 127.0.0.1:9464: Address already in use']]);
  });

  it('is nothing where they are off', () => {
    const { told, vital, logged, context } = surroundings();
    const metrics = wireMetrics({ address: undefined, problem: undefined, meter: noMeter }, context);
    expect([metrics.isOn, told, vital, logged]).toEqual([false, [], [], []]);
  });

  it('is where they are served; a figure that cannot be taken is said, and keeps nobody from working', () => {
    const { told, vital, logged, context } = surroundings();
    const metrics = wireMetrics({ address: '127.0.0.1:1', problem: undefined, meter: noMeter }, context);
    metrics.sample(() => {
      throw new TypeError('no figure');
    });
    metrics.close();
    expect([metrics.isOn, told, vital]).toEqual([true, [], [{ metricsAt: '127.0.0.1:1' }]]);
    expect(logged.map(([, words]) => words)).toEqual(['metrics are served at http://127.0.0.1:1/metrics', 'a figure could not be taken']);
  });
});

describe('where', () => {
  it.each([
    ['all', 9_464],
    ['brain', 9_464],
    ['hands', 9_465],
  ] as const)('%s serves them: %i', (role, port) => {
    expect(portOf(role, 9_464)).toBe(port);
  });

  it('somebody answers is told from where nobody does', async () => {
    const server = createServer((_, answer) => answer.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await isServing(address)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await isServing(address)).toBe(false);
  });
});
