import { somewhere } from './egress.js';

export const host = 'api.example.org';
/** Bytes as printf of a shell writes them. */
export const escaped = (bytes: Buffer) => [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
/** Says something to the proxy as bytes, and prints what comes back within two seconds. */
export const say = (...parts: string[]) =>
  `exec 3<>/dev/tcp/127.0.0.1/3128; ${parts.map((part) => `printf '${part}' >&3; sleep 0.1;`).join(' ')} timeout 2 cat <&3 | tr -d '\\0'`;
export const get = (url: string, more = '') => `GET ${url} HTTP/1.1\\r\\nHost: ${host}\\r\\nConnection: close\\r\\n${more}\\r\\n`;
export const connect = (authority: string) => `CONNECT ${authority} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n`;
export const tunnel = (hello: Buffer) => say(connect(`${host}:443`), escaped(hello));

/** Whom the names of the tests stand for. */
export const zone = (own: string) => ({
  [own]: [[somewhere]],
  'other.example.com': [[somewhere]],
  'private.example.org': [
    ['10.1.2.3', '192.168.0.1', '169.254.169.254', '100.64.0.1', 'fd00::1', '::ffff:127.0.0.1', '64:ff9b::a00:1', '2002:a00:1::'],
  ],
  'local.example.org': [['127.0.0.1', '::1']],
  'rebinding.example.org': [[somewhere], ['127.0.0.1']],
});
