import { createDesk } from '../../../src/client/deciding/desk.js';
import type { Desk } from '../../../src/client/deciding/desk.js';
import type { Accepted, Refused } from '../../../src/client/deciding/answer.js';
import type { Person } from '../../../src/client/deciding/person.js';
import type { Shown } from '../../../src/client/deciding/shown.js';
import type { DecisionDraft } from '../../../src/client/deciding/draft.js';
import { createProposalClient } from '../../../src/client/proposals.js';
import type { Consent } from '../../../src/domain/review/consent.js';
import { frictionFor, lettersToType } from '../../../src/domain/review/consent.js';
import type { Bench } from './bench.js';
import { vessel } from './knobs.js';

/** A desk on the bench's server, without terminal: all that a page or an inbox would have. */
export function openHeadlessDesk(bench: Bench, person: Person, canAsk = true): Desk {
  const { client, namespace } = bench.server;
  const temporal = { client, namespace, address: '', close: async () => undefined };
  const proposals = createProposalClient({ temporal, vessel, approvalSeconds: bench.knobs.approvalSeconds });
  return createDesk({ proposals, person, canAsk, now: () => new Date() });
}

/** What somebody answers who read every section, and types what is asked for. */
export function attentively(shown: Shown): Consent {
  const asked = frictionFor(shown.risk);
  return { how: 'asked', readToEnd: asked.readToEnd && shown.sections.length > 0, typed: lettersToType(shown) };
}

/** From what is shown to the answer of the proposal. */
export async function decideAbout(desk: Desk, shown: Shown, draft: DecisionDraft): Promise<Accepted | Refused> {
  const said = await desk.compose(shown, draft);
  return said.kind === 'refused' ? said : desk.send(said);
}
