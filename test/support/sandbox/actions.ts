/** Actions for whole-system tests: what runs is one bash script. */
export function aScript(script: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    mission_context: 'Whole-system test',
    action_type: 'system_test',
    rationale: `A test of the whole system needs something to run, number ${(count += 1)}.`,
    risk_level: 'medium',
    rollback_plan: 'Nothing outside of the workspace is touched',
    tool_name: 'shell',
    tool_args: [script],
    rollback: [{ tool_name: 'shell', tool_args: ['echo undone >> trace'] }],
    ...more,
  };
}

let count = 0;
