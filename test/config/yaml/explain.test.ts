import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainKey } from '../../../src/config/yaml/explain.js';
import { JanusError } from '../../../src/domain/errors.js';
import { errorOf } from '../../support/vessel/configuration.js';

describe('explainKey (spec F1)', () => {
  it.each([
    ['harness.max_concurrency', { meaning: 'Actions that may run at once', fallback: '2', keys: [] }],
    ['vessel_id', { meaning: 'In proposals and queue names', fallback: 'none' }],
    ['debug.dry_run_mode', { fallback: 'false' }],
    ['governor', undefined],
    ['watchdog', { keys: ['sample_interval_seconds', 'restart_on_failure', 'cpu_threshold_percent', 'memory_threshold_mb'] }],
    ['security.network', { keys: ['allowed_domains', 'rate_limits'] }],
    ['thinking_cycle.cycle_interval_seconds', { meaning: 'The same in seconds; not both', fallback: 'none' }],
    ['harness.governor_kp', { meaning: expect.stringContaining('Proportional gain'), fallback: '0.2' }],
    ['monitoring.prometheus_port', { meaning: expect.stringContaining('127.0.0.1'), fallback: '9464' }],
  ])('%s', (key, expected) => {
    if (expected === undefined) expect(errorOf(() => explainKey(key)).code).toBe('USAGE');
    else expect(explainKey(key)).toMatchObject({ key, ...expected });
  });

  it('lists all sections where no key is named', () => {
    expect(explainKey('').keys).toEqual(expect.arrayContaining(['vessel_id', 'harness', 'security', 'debug']));
  });

  it.each([
    ['harness.max_concurency', 'harness.max_concurency is no key of agent.yaml', 'did you mean harness.max_concurrency?'],
    ['harnes.x', 'harnes is no key of agent.yaml', 'did you mean harness?'],
    ['debug.zzz', 'debug.zzz is no key of agent.yaml', 'there are verbose_logging, trace_proposals, workflow_stacks, dry_run_mode'],
    ['vessel_id.x', 'vessel_id.x is no key of agent.yaml', 'there are none here'],
    ['constructor', 'constructor is no key of agent.yaml', undefined],
    ['harness.toString', 'harness.toString is no key of agent.yaml', undefined],
    ['__proto__.x', '__proto__ is no key of agent.yaml', undefined],
    ['harness.', 'harness. is no key of agent.yaml', undefined],
  ])('refuses %j, and says what there is', (key, message, next) => {
    expect(errorOf(() => explainKey(key))).toMatchObject({ code: 'USAGE', message, next: next ?? expect.stringMatching(/./) });
  });

  it('explains or refuses, whatever it is asked', () => {
    const part = fc.oneof(fc.constantFrom('harness', 'security', 'network', 'tools', 'valueOf', '0', ''), fc.string());
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        try {
          expect(explainKey(parts.join('.')).fallback).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(JanusError);
        }
      }),
    );
  });
});
