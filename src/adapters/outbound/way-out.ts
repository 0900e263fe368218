import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import type { NetworkUse } from '../../domain/action/connection.js';
import { errnoWords } from '../../domain/text/errno-words.js';

/** The way to one host beyond this machine: a proxy of its own, opened for one question, that lets nothing else pass. */
export interface WayOut {
  /** Rejects with the reason where there is none. */
  open(host: string): Promise<{
    /** Unix socket of the proxy. */
    readonly socket: string;
    /** Ends every connection, and says what there was. */
    close(): Promise<NetworkUse | undefined>;
  }>;
}

function connectThrough(socketPath: string, host: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'CONNECT', path: `${host}:443`, headers: { host: `${host}:443` }, agent: false, signal });
    asked.once('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`janus-egress does not let it pass (${statusCode})`));
    });
    // A refusal in words is a plain response.
    asked.once('response', (response) => {
      response.destroy();
      reject(new Error(`janus-egress does not let it pass (${response.statusCode})`));
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** TLS to `host` through the proxy. `certificates`: whom to trust, where it is not the authorities that Node knows. Rejects with words. */
export async function openTunnel(
  socketPath: string,
  host: string,
  { signal, certificates }: { readonly signal: AbortSignal; readonly certificates: string | undefined },
): Promise<TLSSocket> {
  const socket = await connectThrough(socketPath, host, signal);
  return new Promise((resolve, reject) => {
    const secured = connectTls({ socket, servername: host, ...(certificates !== undefined && { ca: certificates }) });
    const end = () => secured.destroy(new Error('no whole TLS greeting within its time'));
    signal.addEventListener('abort', end, { once: true });
    secured.once('secureConnect', () => {
      signal.removeEventListener('abort', end);
      resolve(secured);
    });
    secured.once('error', (error) => {
      socket.destroy();
      reject(new Error(`${host}: ${errnoWords(error)}`));
    });
  });
}
