import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import pino from 'pino';
import { createAlert } from '../../../src/adapters/notify/alert.js';
import { createScriptNotifier } from '../../../src/adapters/notify/script-notifier.js';
import { createOutageAlert } from '../../../src/adapters/notify/outage-alert.js';
import { logFiles } from '../../support/bench/holds.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';

const folder = useFolders();

it('an outage of the trail is one line in the operational log and one call of the script, and so is its end (spec L2, Q4a)', async () => {
  const here = folder();
  const script = join(here, 'notify.sh');
  writeFileSync(script, `#!/bin/bash\necho "$1" >> ${here}/told\n`, { mode: 0o755 });
  const logged: unknown[] = [];
  const logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const files = logFiles(here);
  const alert = createOutageAlert({
    files,
    alert: createAlert(createScriptNotifier({ script, onEnd: () => undefined }), 'balaur'),
    logger,
    now: () => new Date('2026-01-02T03:04:05Z'),
  });
  const told = () =>
    existsSync(join(here, 'told'))
      ? readFileSync(join(here, 'told'), 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as unknown)
      : [];
  alert.unavailable('proposals', '\u001b[2Jthe disk is full');
  await soon(() => told().length === 1);
  alert.recovered('proposals', 7_400);
  await soon(() => told().length === 2);
  expect(told()).toMatchObject([
    { event: 'audit_unavailable', summary: expect.stringContaining(': ⟦U+001B⟧[2Jthe disk is full'), review_command: 'ubos doctor' },
    { event: 'audit_recovered', summary: expect.stringContaining('after 7 s') },
  ]);
  expect(logged).toMatchObject([
    { level: 50, event_type: 'audit_unavailable', log: 'proposals', file: join(here, 'proposals.jsonl') },
    { level: 30, event_type: 'audit_recovered', log: 'proposals' },
  ]);
});
