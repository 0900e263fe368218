import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSignatureVerifier } from '../../../src/adapters/signatures/create-signature-verifier.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { printed } from './printed.js';
import { useFolders } from '../../support/folders.js';
import { loadFrom, soundAgent } from '../../support/vessel/configuration.js';
import { ubos } from './ubos.js';

const aPlace = useFolders();
export const namespace = 'janus-approval@v1';
export const agent = `${soundAgent}approvals:\n  allowed_signers: signers\n  revoked_signers: revoked\n  groups: { owners: [ana, bob], others: [bob] }\n`;

/** A home with a configuration, and a way to say things in it; the configuration is read as the program does, whenever a line asks for it. */
export function aHome(agentYaml = agent) {
  const home = aPlace();
  const env = { XDG_CONFIG_HOME: join(home, 'config'), JANUS_USER: 'ana' };
  const config = (how?: object): JanusConfig => loadFrom(home, { agent: agentYaml, ...how });
  const at = (name: string) => join(home, name);
  return {
    home,
    at,
    keyFile: (name: string) => join(home, 'config', 'janus', 'keys', name),
    text: (name: string) => readFileSync(at(name), 'utf8'),
    run: (line: string) => ubos(line, { config, env, cwd: home }),
    json: async (line: string, name: string) => {
      const { code, stdout } = await ubos(`${line} --json`, { config, env, cwd: home });
      return { code, value: printed(stdout, name) };
    },
    verify: (principal: string, key: string, text = 'text') => {
      const signature = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', key], {
        input: text,
        stdio: 'pipe',
      }).toString();
      return createSignatureVerifier({ allowedSigners: at('signers'), revoked: at('revoked') }).verify({
        text,
        signature,
        principal,
        namespace,
        at: new Date(),
      });
    },
  };
}
