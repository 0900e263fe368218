import type { Limits } from '../../../domain/action/limits.js';

const mebibyte = 1_048_576;

/**
 * What one process may ask for where no cgroup limits memory: the wall behind the worker's looks. Beyond the limit, so that what grows too large
 * is ended as `memory`, by the worker, before the kernel refuses a process memory, which looks like a failure of the tool.
 */
export const dataMbMax = ({ memoryMb }: Pick<Limits, 'memoryMb'>): number => 2 * memoryMb + 256;

export const dataLimitArgs = (limits: Pick<Limits, 'memoryMb'>): string[] => [
  '/usr/bin/prlimit',
  `--data=${dataMbMax(limits) * mebibyte}`,
  '--',
];

/** Limits that the kernel keeps by itself, per process, on every tier; totals are for the tier. getrlimit(2) has their meanings. */
export function prlimitArgs({ processes, diskWriteMb, openFiles, cpuSeconds }: Limits): string[] {
  return [
    '/usr/bin/prlimit',
    // Counted per user namespace, so per action (Linux 5.14).
    `--nproc=${processes}`,
    `--fsize=${diskWriteMb * mebibyte}`,
    `--nofile=${openFiles}`,
    // Soft before hard: SIGXCPU tells why it ended, SIGKILL would not.
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
    '--core=0',
    '--',
  ];
}
