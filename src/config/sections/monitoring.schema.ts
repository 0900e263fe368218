import { z } from 'zod';
import { alertKinds } from '../../domain/trail/meanings/meaning.js';
import { section } from './parts.schema.js';

/** What is measured, and which alerts people hear of. */
export const monitoringSchema = section({
  prometheus_enabled: z.boolean().default(true).describe('Metrics for Prometheus, on this machine alone'),
  prometheus_port: z
    .number()
    .int()
    .min(1)
    .max(65_534)
    .default(9_464)
    .describe('Where the brain serves them, on 127.0.0.1; hands that are a process of their own do at the port after it'),
  alert_on: z
    .array(z.enum(alertKinds, `one of ${alertKinds.join(', ')}`))
    .default([...alertKinds])
    .describe(
      'Kinds of alerts that the notification script is called for; of stops, modes, policies and the trail itself people always hear',
    ),
});

/** What helps to find out why something does not work. */
export const debugSchema = section({
  verbose_logging: z.boolean().default(false).describe('Log more'),
  trace_proposals: z
    .boolean()
    .default(false)
    .describe('Each step of a proposal is in the agent log twice: when it begins, and when it has ended, with its times'),
  workflow_stacks: z
    .boolean()
    .default(false)
    .describe("The query __stack_trace tells where a workflow waits, at a third of the CPU of the workflows' thread"),
  dry_run_mode: z.boolean().default(false).describe('Show what would run and start nothing'),
});
