import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';
import { createAdopted } from '../../../src/domain/policy/adopted.js';
import { adoptPolicy, settleBrain } from '../../../src/worker/wiring/adoption.js';
import { settleHost } from '../../../src/worker/wiring/held-by-host.js';
import type { Settled } from '../../../src/worker/wiring/held-policy.js';
import { fill } from '../folders.js';
import type { SoftKey } from '../proposals/signatures.js';
import { softKey } from '../proposals/signatures.js';
import { openTrail } from '../trail/trails.js';

const agent = `vessel_id: janus-test
constitutional: { amendments: required }
logging: { mission_log: mission_log.jsonl, tool_log: tool_use.jsonl, proposals_log: proposals.jsonl }
sandbox: { policy_path: policy.json }
approvals: { allowed_signers: allowed_signers, revoked_signers: revoked_signers, groups: { first_citizen: [ana], trinity: [claude, gemini, codex] } }
security: { network: { allowed_domains: [github.com] } }
`;

/** A vessel on real files that asks for reviews, with keys of everybody whom one needs. */
export interface ReviewedVessel {
  readonly home: string;
  readonly keys: Readonly<Record<'ana' | 'claude' | 'gemini' | 'codex', SoftKey>>;
  /** Edits a file; a text that is not there fails. */
  readonly edit: (file: string, from: string, to: string) => void;
  live(): JanusConfig;
  /** A brain starts: records and shows what it makes of the files. */
  startBrain(): Promise<Settled>;
  /** Hands start, or whoever else has no trail. */
  startHands(): Promise<Settled>;
}

/** The lines of allowed_signers that let somebody decide. */
export const signerLine = (name: string, key: SoftKey) => `${name} namespaces="janus-approval@v1" ${key.publicKey}\n`;

export function openReviewedVessel(home: string): ReviewedVessel {
  const keys = { ana: softKey(), claude: softKey(), gemini: softKey(), codex: softKey() };
  const at = (name: string) => join(home, name);
  fill(home, { 'agent.yaml': agent, 'policy.json': '{}' });
  for (const [name, key] of Object.entries(keys)) appendFileSync(at('allowed_signers'), signerLine(name, key), { mode: 0o644 });
  const live = () => loadConfig({ agentFile: at('agent.yaml'), env: { JANUS_HOST: 'box' }, cwd: home });
  const env = { JANUS_HOST: 'box' };
  return {
    ...{ home, keys, live },
    edit: (file, from, to) => {
      const text = readFileSync(at(file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
      writeFileSync(at(file), text.replace(from, to));
    },
    startBrain: async () => {
      const config = live();
      const settled = await settleBrain(config, env);
      const adopted = createAdopted();
      const { trail } = openTrail(home, { missionLog: [adopted] });
      const vouchers = createVouchers(await ensurePermitKeys(config.paths.keys));
      await adoptPolicy({ live: config, settled, trail, adopted, vouch: (text) => vouchers.vouch(text) });
      await trail.close();
      return settled;
    },
    startHands: () => settleHost(live(), { own: at('hands/policies'), env }),
  };
}
