/** What a trigger may ask about: a closed list, so that a typing error is an error and not a playbook that never fires. */
export const metricTypes = {
  disk_usage_percent: 'number',
  disk_used_percent: 'number',
  disk_free_mb: 'number',
  log_size_mb: 'number',
  cpu_load_percent: 'number',
  load1: 'number',
  load5: 'number',
  load15: 'number',
  memory_percent: 'number',
  memory_available_mb: 'number',
  swap_used_percent: 'number',
  process_count: 'number',
  network_connections: 'number',
  workspace_count: 'number',
  pending_approvals: 'number',
  failed_actions_1h: 'number',
  hours_since_last_proposal: 'number',
  audit_log_mb: 'number',
  psi_cpu_some10: 'number',
  psi_mem_some10: 'number',
  psi_io_some10: 'number',
  relief_degraded: 'boolean',
  llm_available: 'boolean',
  operational_mode: 'string',
} as const satisfies Readonly<Record<string, 'number' | 'boolean' | 'string'>>;

export type MetricName = keyof typeof metricTypes;

/** Null where it could not be measured: never a guess. */
export type Metrics = Readonly<Record<string, number | boolean | string | null>>;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metricTypes, name);
}
