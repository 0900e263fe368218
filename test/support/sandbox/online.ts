import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createSandbox } from '../../../src/adapters/sandbox/run/create-sandbox.js';
import type { Times } from '../../../src/adapters/egress/context.js';
import type { Limits } from '../../../src/domain/action/limits.js';
import { charterLimits } from '../../../src/domain/action/limits.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import type { EgressBench, FakeOutside } from './egress.js';
import { fakeOutside, openEgressBench } from './egress.js';
import { bwrapPath } from './sandboxes.js';

export interface OnlineBench extends EgressBench {
  readonly network: FakeOutside;
  /** Runs a script in bash, in the real sandbox, with a way out to `domains`. */
  run(
    script: string,
    options?: { readonly domains?: readonly string[]; readonly limits?: Partial<Limits>; readonly id?: string; readonly bridge?: 'node' },
  ): Promise<CommandResult>;
}

/** What a server of the other side says: an attempt that printed it has reached its goal. */
export const canary = 'reached-the-other-side';

/** A real sandbox, a real proxy, and an outside that consists of two servers: one speaks HTTP and says the canary, one echoes. */
export async function openOnlineBench(names: FakeOutside['names'], times: Partial<Times> = {}): Promise<OnlineBench> {
  const plain = createServer((request, response) => {
    if (request.url === '/redirect') {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/' });
      response.end();
    } else if (request.url === '/flood') {
      const block = Buffer.alloc(65_536, 46);
      const pour = () => {
        while (response.write(block));
        response.once('drain', pour);
      };
      pour();
    } else response.end(`${canary} ${request.headers.host ?? ''} ${request.url ?? ''}\n`);
  });
  const echo = createTcpServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  const portOf = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const network = fakeOutside(names);
  network.ports = { plain: await portOf(plain), tls: await portOf(echo) };
  const bench = await openEgressBench(network, times);
  const sandboxWith = (bridge: 'node' | undefined) =>
    createSandbox({
      bwrapPath,
      workspacesRoot: join(bench.root, 'workspaces'),
      account: 'janus-no-such-account',
      gateway: bench.client,
      ...(bridge !== undefined && { bridge: { kind: bridge, program: realpathSync(process.execPath) } }),
    });
  return {
    ...bench,
    network,
    run: async (script, { domains = ['*.example.org'], limits, id = 'janus-00000000beef', bridge } = {}) => {
      const sandbox = sandboxWith(bridge);
      const workspace = await sandbox.prepareWorkspace(id);
      const command = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
      const request = {
        command,
        workspace,
        limits: { ...charterLimits, wallSeconds: 20, ...limits },
        network: domains,
        grants: [],
        outputPrefix: `${sandbox.outputsOf(id)}/test`,
      };
      return sandbox.run(request, new AbortController().signal);
    },
    close: async () => {
      plain.closeAllConnections();
      plain.close();
      echo.close();
      await bench.close();
    },
  };
}
