import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { devServerArgs, writeProfile } from '../../scripts/lib/dev-server.mjs';
import { ensureHome } from '../../scripts/lib/home.mjs';
import { patienceMilliseconds } from '../support/patience.js';
import { temporalCli } from '../support/vessel/dev-server.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const worker = at('../../dist/worker/main.js');
const ubosFile = at('../../dist/cli/main.js');

/** Needs root for namespaces of its own, and a kernel with veth; says loudly where it cannot run. */
const canNest = spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'janus0', 'type', 'veth', 'peer', 'name', 'janus1']).status === 0;
if (!canNest) process.stderr.write('\nSKIPPED: egress over a real network needs root, iproute2 and veth\n');

(canNest || process.env['CI'] !== undefined ? describe : describe.skip)(
  'ubos sandbox run and janus-egress, in a network of their own with a public address',
  () => {
    let home = '';
    let folder = '';
    beforeAll(() => {
      home = mkdtempSync(join(tmpdir(), 'janus-home-'));
      chmodSync(home, 0o711);
      ensureHome(home);
      folder = join(home, 'internet');
      mkdirSync(folder);
      const names = [
        '9.9.9.9 api.example.org.',
        '9.9.9.10 other.example.com.',
        '127.0.0.1 local.example.org.',
        '10.0.0.1 lan.example.org.',
      ];
      writeFileSync(join(home, 'hosts'), `127.0.0.1 localhost\n${names.join('\n')}\n9.9.9.1 self.example.org.\n`);
    });
    afterAll(() => rmSync(home, { recursive: true, force: true }));

    /** One script in which egress is started, `ubos` is what people type. */
    async function inside(script: string): Promise<string> {
      const prelude = `set -u; export JANUS_HOME=${home} JANUS_HOST=box
ubos() { ${process.execPath} ${ubosFile} "$@" 2>&1; }
${process.execPath} ${worker} --role egress >${home}/egress.out 2>&1 & egress=$!
until grep -q '"ready":true' ${home}/egress.out; do sleep 0.1; done
`;
      const file = join(home, 'script.sh');
      writeFileSync(file, `${prelude}\n${script}\nkill $egress; wait $egress; echo "egress ended with $?"\n`);
      rmSync(join(folder, 'ready'), { force: true });
      rmSync(join(folder, 'waiting'), { force: true });
      const args = [
        '-n',
        '-m',
        'bash',
        at('../support/sandbox/namespace.sh'),
        join(home, 'hosts'),
        process.execPath,
        at('../support/children/public-servers.mjs'),
        folder,
      ];
      const { stdout, stderr } = await execa('unshare', [...args, 'bash', file], {
        reject: false,
        env: { NODE_OPTIONS: '' },
        timeout: patienceMilliseconds,
      });
      return stdout + stderr;
    }

    it("the seed's curl reaches an approved domain, by http and by https, and nothing else (spec X4)", async () => {
      expect(existsSync(worker)).toBe(true);
      const run = 'ubos sandbox run --allow-domain api.example.org --';
      const out = await inside(`
echo "A $(${run} /usr/bin/curl -s -L http://api.example.org/a)"
echo "B $(${run} /usr/bin/curl -s -L -k https://api.example.org/b)"
echo "C $(${run} /usr/bin/curl -s -L http://other.example.com/c)"
echo "D $(${run} /usr/bin/curl -s -L http://api.example.org/redirect)"
echo "E $(ubos sandbox run -- /usr/bin/curl -s -m 3 http://api.example.org/e; echo $?)"
echo "F $(${run} /usr/bin/curl -s -m 3 --noproxy '*' http://9.9.9.9/f; echo $?)"
echo "G $(ubos sandbox run --allow-domain '*.example.org' -- /usr/bin/curl -s http://local.example.org/g http://lan.example.org/g http://self.example.org/g)"
echo "H $(ubos sandbox run --json --allow-domain api.example.org -- /usr/bin/curl -s http://api.example.org/h | grep -o '"verdict":"[a-z]*"')"
echo "I $(ubos doctor | grep egress)"
echo "J $(grep -ciE 'temporal|core-bridge' /proc/$egress/maps) of Temporal in egress"
`);
      expect(out).toContain('A hello from api.example.org /a');
      expect(out).toContain('B hello from api.example.org /b');
      expect(out).toContain('C janus-egress: refused (domain)');
      expect(out).toContain('D janus-egress: refused (domain)');
      expect(out).toMatch(/E \n?[67]\n/);
      expect(out).toMatch(/F \n?(7|28)\n/);
      expect(out.match(/refused \(special-address\)/g)).toHaveLength(3);
      expect(out).toContain('H "verdict":"allowed"');
      expect(out).toMatch(/I .*janus-egress answers/);
      // The process that strangers talk to loads no native code but Node's own.
      expect(out).toContain('J 0 of Temporal in egress');
      expect(out).toContain('egress ended with 0');
      expect(out).not.toContain('hello from other');
    });

    it('without the process the action is refused, with what to type (spec X4)', async () => {
      const { exitCode, stderr } = await execa(
        process.execPath,
        [ubosFile, 'sandbox', 'run', '--allow-domain', 'api.example.org', '--', '/usr/bin/true'],
        {
          reject: false,
          env: { JANUS_HOME: home, NODE_OPTIONS: '' },
        },
      );
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/janus-egress[^]*--role egress/);
    });

    it('an approved proposal reaches its domains, and each connection is in the audit trail (spec X4)', async () => {
      const agent = join(home, 'agent.yaml');
      writeFileSync(
        agent,
        `${readFileSync(agent, 'utf8')}security: { network: { allowed_domains: [api.example.org] } }\nharness: { relief_enabled: false }\n`,
      );
      writeFileSync(join(home, 'policy.json'), '{ "allow_network": true }\n');
      writeProfile(home, { address: '127.0.0.1:7299', namespace: 'default' });
      const proposal = {
        mission_context: 'Whole-system test',
        action_type: 'web_research',
        rationale: 'A proposal has to reach what its approver let it reach, and nothing else.',
        risk_level: 'low',
        tool_name: 'curl',
        tool_args: ['http://api.example.org/p', 'http://other.example.com/q'],
        network_domains: ['api.example.org'],
        expect: { stdout_contains: ['hello from api.example.org /p', 'refused (domain)'] },
      };
      writeFileSync(join(home, 'proposal.json'), JSON.stringify(proposal));
      const server = devServerArgs({ port: 7299, uiPort: undefined, database: undefined }).join(' ');
      const out = await inside(`
${temporalCli()} ${server} >${home}/server.out 2>&1 & server=$!
until ${temporalCli()} operator cluster health --address 127.0.0.1:7299 >/dev/null 2>&1; do sleep 0.2; done
${process.execPath} ${worker} --role all >${home}/worker.out 2>&1 & worker=$!
until grep -q '"ready":true' ${home}/worker.out; do sleep 0.1; done
id=$(ubos propose -f ${home}/proposal.json --json | grep -o 'janus-[0-9a-f]\\{12\\}' | head -1)
ubos approve $id --wait; echo "approved with $?"
kill $worker; wait $worker; kill -INT $server; wait $server
`);
      expect(out).toContain('approved with 0');
      const records = readFileSync(join(home, 'tool_use.jsonl'), 'utf8').trim().split('\n');
      const connections = records
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((each) => each['event_type'] === 'network_connection');
      expect(connections).toEqual([
        expect.objectContaining({ host: 'api.example.org', port: 80, ip: '9.9.9.9', verdict: 'allowed' }),
        expect.objectContaining({ host: 'other.example.com', ip: null, verdict: 'domain' }),
      ]);
    });
  },
);
