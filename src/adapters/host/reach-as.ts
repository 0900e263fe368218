import { spawn } from 'node:child_process';

/** What an account without a name has, on every Linux. */
const nobody = 65_534;
const milliseconds = 5_000;

/** Ends with 0 where somebody accepts the connection. */
const tryIt = (host: string, port: number) =>
  `require('node:net').connect({host:${JSON.stringify(host)},port:${port}}).on('connect',()=>process.exit(0)).on('error',()=>process.exit(3))`;

/** Whether the account `nobody` of this machine reaches a port (spec D5). Undefined where only root could try, or the try itself failed. */
export function reachesAsNobody(host: string, port: number): Promise<boolean | undefined> {
  if (process.getuid?.() !== 0) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--eval', tryIt(host, port)], {
      ...{ uid: nobody, gid: nobody, cwd: '/', env: {}, stdio: 'ignore', timeout: milliseconds },
    });
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? true : code === 3 ? false : undefined));
  });
}
