import { startTicksOf } from '../../src/adapters/files/start-ticks.js';

/** Page of a guard that lives for as long as this process does: for vessels whose guard is not what a test is about. */
export const guarded = (): Readonly<Record<string, string>> => ({
  'controls/guard.json': JSON.stringify({ pid: process.pid, startTicks: startTicksOf(process.pid) }),
});
