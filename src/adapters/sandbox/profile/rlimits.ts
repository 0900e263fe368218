import type { Limits } from '../../../domain/action/limits.js';

const mebibyte = 1_048_576;

/**
 * Beyond the memory limit, so that what grows too large is ended as `memory`, by its cgroup or by the worker, before the kernel refuses one
 * process memory, which looks like a failure of the tool. It is the wall behind both.
 */
const dataBytes = (memoryMb: number) => (2 * memoryMb + 256) * mebibyte;

/** Limits that the kernel keeps by itself, per process, on every tier; totals are for the tier. getrlimit(2) has their meanings. */
export function prlimitArgs({ processes, diskWriteMb, openFiles, cpuSeconds, memoryMb }: Limits): string[] {
  return [
    '/usr/bin/prlimit',
    // Counted per user namespace, so per action (Linux 5.14).
    `--nproc=${processes}`,
    `--fsize=${diskWriteMb * mebibyte}`,
    `--nofile=${openFiles}`,
    // Soft before hard: SIGXCPU tells why it ended, SIGKILL would not.
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
    `--data=${dataBytes(memoryMb)}`,
    '--core=0',
    '--',
  ];
}
