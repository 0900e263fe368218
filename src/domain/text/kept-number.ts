/** Sign, digits and exponent, without the zeros that say nothing; undefined where it is no decimal number. */
function significant(source: string): string | undefined {
  const parts = /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(source);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return '0';
  return `${sign === '-' ? '-' : ''}${short}e${Number(exponent) - fraction.length + (digits.length - short.length)}`;
}

/** Whether a number as it is written is still the same one once it is read: `1187654321987654321` becomes ...400, `1e400` no number at all. */
export function keepsNumber(source: string): boolean {
  const written = significant(source);
  return written !== undefined && written === significant(String(Number(source)));
}
