// Serves an empty folder through /dev/fuse (descriptor 3) until SIGUSR2, and then answers nothing any more: a mount whose server is gone.
import { read, writeSync } from 'node:fs';

const device = 3;
const no = { entry: 2, call: 38 };
const operations = { lookup: 1, forget: 2, getattr: 3, init: 26, interrupt: 36, forgetMany: 42 };

let isSilent = false;
process.on('SIGUSR2', () => {
  isSilent = true;
});

/** Of the protocol's version 7.31. */
function versions() {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(7, 0);
  body.writeUInt32LE(31, 4);
  body.writeUInt32LE(4_096, 20);
  return body;
}

/** The folder itself; nothing is kept, so that every look comes here. */
function attributes() {
  const body = Buffer.alloc(104);
  body.writeBigUInt64LE(1n, 16);
  body.writeUInt32LE(0o40755, 76);
  body.writeUInt32LE(2, 80);
  body.writeUInt32LE(4_096, 96);
  return body;
}

function answerTo(operation) {
  if (operation === operations.init) return { body: versions() };
  if (operation === operations.getattr) return { body: attributes() };
  return { error: operation === operations.lookup ? no.entry : no.call, body: Buffer.alloc(0) };
}

const unanswered = [operations.forget, operations.forgetMany, operations.interrupt];
const request = Buffer.alloc(1 << 20);

function serve() {
  read(device, request, 0, request.length, null, (failed) => {
    // Nobody has mounted it yet.
    if (failed?.code === 'EPERM') return void setTimeout(serve, 20);
    if (failed) process.exit(failed.code === 'ENODEV' ? 0 : 1);
    const operation = request.readUInt32LE(4);
    if (!isSilent && !unanswered.includes(operation)) {
      const { error = 0, body } = answerTo(operation);
      const head = Buffer.alloc(16);
      head.writeUInt32LE(16 + body.length, 0);
      head.writeInt32LE(-error, 4);
      request.copy(head, 8, 8, 16);
      writeSync(device, Buffer.concat([head, body]));
    }
    serve();
  });
}
serve();
