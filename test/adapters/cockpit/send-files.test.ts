import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { sendFiles } from '../../../src/adapters/cockpit/send-files.js';
import { describeWithSshd, startSshd } from '../../support/backup/sshd.js';
import { aFolder, fill, useFolders } from '../../support/folders.js';

const folder = useFolders();
const place = aFolder();

describeWithSshd('a copy of the trail over ssh (spec D3)', () => {
  let sshd: Awaited<ReturnType<typeof startSshd>>;
  let here: string;
  let name: string;
  beforeAll(async () => {
    sshd = await startSshd(place);
  });
  afterAll(() => sshd?.stop());
  beforeEach(() => {
    here = folder();
    name = `janus/vessel-${here.slice(-6)}`;
    fill(here, { 'proposals.jsonl': 'one\n', 'heads/proposals.head': 'head 1', 'heads/proposals.heads.jsonl': '1\n' });
  });
  const files = () =>
    readdirSync(here, { recursive: true, encoding: 'utf8' })
      .filter((each) => statSync(join(here, each)).isFile())
      .sort()
      .map((each) => ({ file: join(here, each), name: each, isAlwaysSent: each.endsWith('.head') }));
  const send = (change: object = {}) => sendFiles({ ...sshd.settings, folder: name, ...change }, files());
  const there = (each: string) => readFileSync(join(sshd.home, name, each), 'utf8');

  it('sends all that is missing, then what has grown, and what may change in its place; nothing is left half', async () => {
    expect(await send()).toEqual({ files: 3, bytes: 12 });
    expect([there('proposals.jsonl'), there('heads/proposals.head')]).toEqual(['one\n', 'head 1']);
    expect(await send()).toEqual({ files: 1, bytes: 6 });
    fill(here, { 'proposals.jsonl': 'one\ntwo\n', 'heads/proposals.head': 'head 2' });
    expect(await send()).toEqual({ files: 2, bytes: 14 });
    expect([there('proposals.jsonl'), there('heads/proposals.head')]).toEqual(['one\ntwo\n', 'head 2']);
    expect(readdirSync(join(sshd.home, name), { recursive: true }).filter((each) => String(each).endsWith('.part'))).toEqual([]);
  });

  it('what was closed meanwhile is sent under its new name, and what is gone here stays there', async () => {
    await send();
    fill(here, { 'proposals.000000000000.20260102.jsonl': 'one\n', 'proposals.jsonl': '3\n' });
    expect(await send()).toMatchObject({ files: 3 });
    expect([there('proposals.000000000000.20260102.jsonl'), there('proposals.jsonl')]).toEqual(['one\n', '3\n']);
  });

  it('a host that shows another key gets nothing, and no password is asked for', async () => {
    writeFileSync(
      join(here, 'known'),
      readFileSync(sshd.settings.knownHosts, 'utf8').replace(
        /ssh-ed25519 \S+/,
        readFileSync(`${sshd.otherKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' '),
      ),
    );
    await expect(send({ knownHosts: join(here, 'known') })).rejects.toMatchObject({
      code: 'BACKUP_FAILED',
      message: expect.stringContaining('shows a key that'),
      next: expect.stringContaining(`ssh-keyscan -p ${sshd.settings.port} ${sshd.settings.host} |`),
    });
    await expect(send({ knownHosts: '/dev/null' })).rejects.toMatchObject({ message: expect.stringContaining('does not name') });
    await expect(send({ keyFile: sshd.otherKey })).rejects.toMatchObject({ message: expect.stringContaining('does not take the key') });
    expect(existsSync(join(sshd.home, name))).toBe(false);
  });

  it('a key that others may read is not used, and said to be so', async () => {
    const keyFile = join(here, 'open_key');
    writeFileSync(keyFile, readFileSync(sshd.settings.keyFile), { mode: 0o644 });
    chmodSync(keyFile, 0o644);
    await expect(send({ keyFile })).rejects.toMatchObject({
      message: expect.stringContaining('may be read by others'),
      next: `chmod 600 ${keyFile}`,
    });
  });

  it('one that is away, silent, or has no sftp is said to be so, in time', async () => {
    await expect(send({ port: 1 })).rejects.toMatchObject({ message: expect.stringContaining('refused') });
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    await expect(send({ port, milliseconds: 1_500 })).rejects.toMatchObject({
      message: expect.stringContaining('does not come to an end within 2 s'),
    });
    silent.close();
    const stopping = new AbortController();
    const stopped = send({ port: sshd.settings.port, signal: stopping.signal });
    stopping.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
  });

  it('a folder there that may not be written is a failure, with what was there before', async () => {
    await send();
    fill(here, { 'proposals.jsonl': 'one\ntwo\n' });
    // A folder of that name: nothing can be put there, not even by root.
    fill(join(sshd.home, name), { 'proposals.jsonl.part/x': '' });
    await expect(send()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect(there('proposals.jsonl')).toBe('one\n');
  });
});
