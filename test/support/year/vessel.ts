import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { Client } from '@temporalio/client';
import { createPlaybookConsent } from '../../../src/adapters/playbooks/playbook-consent.js';
import { createPlaybookPlanner } from '../../../src/adapters/playbooks/playbook-planner.js';
import { withApproval } from '../../../src/adapters/playbooks/write-approval.js';
import { queues, vesselWorkflowId, workflowTypes } from '../../../src/contract/names.js';
import type { Catalogue, CatalogueEntry } from '../../../src/domain/model/catalogue.js';
import { playbookStatement } from '../../../src/domain/thinking/playbook-approval.js';
import { logFiles } from '../bench/holds.js';
import type { ProposalHandle } from '../bench/bench.js';
import { openBench } from '../bench/bench.js';
import { vessel } from '../bench/knobs.js';
import { signedApprovals } from '../proposals/approvals.js';
import { aPlaybook, aPlaybookDocument } from '../proposals/playbooks.js';
import { aTool } from '../proposals/proposals.js';
import { answered } from '../vessel/minds.js';
import type { People } from './keys.js';
import { createPeople } from './keys.js';
import { readTrail } from './reading.js';
import { trinity } from './story.js';

const parameters = [{ name: 'folder', description: 'a folder', shape: { kind: 'text', form: 'path', lengthMax: 60 } }] as const;
const call = { tool_name: 'jq', tool_args: ['-n', '"{folder}"'] };
const entry = { parameters, steps: [call], networkDomains: [] };

/** What the model may choose: one action that only looks, and one that changes something and can be undone. */
const catalogue: Catalogue = {
  digest: 'd'.repeat(64),
  entries: [
    {
      ...{ ...entry, id: 'list', actionType: 'disk_report', description: 'Lists what lies in a folder' },
      ...{ rollback: [], rollbackPlan: '', risk: 'low' },
    },
    {
      ...{ ...entry, id: 'tidy', actionType: 'clean_up', description: 'Tidies a folder up' },
      ...{ rollback: [call], rollbackPlan: 'Put back what was there before', risk: 'medium' },
    },
  ] satisfies CatalogueEntry[],
};

const rotation = aPlaybookDocument({
  ...{ action_sequence: [{ tool: 'shell', args: ['exit 0 # rotates the logs'] }], rollback_plan: 'nothing is lost' },
  ...{ risk_level: 'medium', rollback: [{ tool_name: 'jq', tool_args: ['-n', '1'] }] },
});

/** A registry with one playbook, which ana approved with her key. Returns its file. */
async function writePlaybooks(folder: string, people: People, at: string): Promise<string> {
  const file = join(folder, 'playbooks.json');
  writeFileSync(file, JSON.stringify({ playbooks: [rotation] }), { mode: 0o600 });
  const { contentHash } = aPlaybook(rotation);
  const text = playbookStatement({ vessel, playbookId: rotation.playbook_id, contentHash, by: 'ana', at });
  const approval = { approved_by: 'ana', approved_at: at, approved_hash: contentHash, approved_signature: await people.sign('ana', text) };
  writeFileSync(file, withApproval(readFileSync(file, 'utf8'), rotation.playbook_id, approval));
  return file;
}

/** A vessel whose host and hands are the test's, and nothing else but the clock. */
export async function openVessel(folder: string) {
  const people = await createPeople(folder, ['ana', 'bo', 'cleo', ...trinity]);
  const bench = await openBench();
  const { server, knobs } = bench;
  // Its results skip no time: days pass only where the story says so.
  const client = new Client({ connection: server.environment.connection, namespace: server.namespace });
  let now = await server.now();
  const today = () => new Date(now);
  const policy = { ...signedApprovals, allowedSigners: people.allowedSigners };
  const playbooksFile = await writePlaybooks(folder, people, today().toISOString());
  const rules = { tools: [aTool(), aTool({ name: 'jq', command: ['/usr/bin/jq'], shell: false })], grants: [] };
  const known = { rules, playbooksFile, vesselId: vessel, now: today };
  const planner = createPlaybookPlanner({
    ...{ ...known, enabled: true, proposalsMax: 3, pendingMax: 10, approvalSeconds: knobs.approvalSeconds },
    ...{ missions: async () => undefined, runs: () => [], streaks: () => new Map(), conflict: () => undefined },
  });
  const verify = (signed: Parameters<typeof people.keys.verify>[0]) => people.keys.verify(signed);
  const plan = { diskPercent: 0, chosen: 0 };
  let choices = 0;
  Object.assign(knobs, {
    ...{ ceiling: 'omega', approvals: policy, keys: people.keys, catalogue },
    playbook: createPlaybookConsent({ ...known, policy, verify }),
    cycle: async () => {
      const metrics = { disk_usage_percent: plan.diskPercent };
      return { metrics, ...(await planner.plan(metrics)) };
    },
    model: {
      ask: async () =>
        answered(
          Array.from({ length: plan.chosen }, () => ({
            ...{ action: (choices += 1) % 2 === 0 ? 'list' : 'tidy', parameters: { folder: `var/${choices}` }, missionId: 'tidy' },
            ...{ rationale: 'Nobody has looked there for a while.', evidence: ['m:disk_usage_percent'] },
          })),
        ),
    },
  });
  knobs.thinking.autonomous = true;
  return {
    ...{ bench, people, client, plan, reader: readTrail(logFiles(bench.folder)) },
    now: () => now,
    async sync() {
      now = await server.now();
    },
    async sleepUntil(moment: number) {
      const left = moment - (await server.now());
      if (left > 0) await server.environment.sleep(left);
      now = await server.now();
    },
  };
}
export type YearVessel = Awaited<ReturnType<typeof openVessel>>;

/** Whether the history of a parent tells that this child has ended: then it ended first. */
async function wasTold(parent: WorkflowHandle, child: string): Promise<boolean> {
  const { events } = await parent.fetchHistory();
  return (events ?? []).some((event) =>
    [
      event.childWorkflowExecutionCompletedEventAttributes,
      event.childWorkflowExecutionFailedEventAttributes,
      event.childWorkflowExecutionCanceledEventAttributes,
      event.childWorkflowExecutionTimedOutEventAttributes,
      event.childWorkflowExecutionTerminatedEventAttributes,
    ].some((end) => end?.workflowExecution?.workflowId === child),
  );
}

/**
 * The test server (1.40.0) takes a lock on its time at the end of a child that outlived its parent, and never lets go of it. One that ended before its
 * parent took none: to let go of that would let days pass of which the story knows nothing. The parent's history tells the two apart; their times, which
 * are of one millisecond now and then, do not.
 */
export function outlives({ client, bench }: YearVessel, id: string, parent: string): ProposalHandle {
  const handle = client.workflow.getHandle(id) as ProposalHandle;
  const unlock = async () => {
    if (await wasTold(client.workflow.getHandle(parent), id)) return;
    await bench.server.environment.connection.testService?.unlockTimeSkipping({});
  };
  handle
    .result()
    .then(unlock, unlock)
    .catch(() => undefined);
  return handle;
}

export const startVesselWorkflow = ({ client }: YearVessel): Promise<WorkflowHandle> =>
  client.workflow.start(workflowTypes.vessel, { workflowId: vesselWorkflowId(vessel), taskQueue: queues.brain(vessel), args: [] });
