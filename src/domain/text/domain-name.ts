const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostName = new RegExp(`^${label}(?:\\.${label})+$`);

/** A last label that any parser reads as a number makes the whole an IPv4 address: 127.1, 0x7f.1, 017700000001 (WHATWG URL, "ends in a number"). */
const endsInNumber = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/** A lower-case host name of two or more LDH labels (RFC 952, 1123) that is no address in any spelling. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && hostName.test(text) && !endsInNumber.test(text);
}

/** `host.example` or `*.host.example`: one wildcard, in front, on a dot boundary. */
export function isDomainPattern(text: string): boolean {
  return isHostName(text.startsWith('*.') ? text.slice(2) : text);
}

/** `name` is a host, or a pattern that allows no more than `allowed` does. */
export function matchesDomain(name: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) && name.length > allowed.length - 1 : name === allowed;
}
