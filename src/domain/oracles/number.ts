/** What stands behind a number in words. */
const multiples: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };

const digits = String.raw`-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`;
const power = String.raw`(?:\s?(?:×|\*)\s?10\^(-?\d{1,3}))?`;
const unit = String.raw`([%°A-Za-zµ][^()\d|:;]{0,40}?)?`;
/** A remark in brackets may follow: "384400 km (kilometers)". */
const quantity = new RegExp(
  `^(?:≈\\s?|about )?(${digits})${power}(?:\\s+(thousand|million|billion|trillion))?\\s*${unit}(?:\\s*\\(.*)?$`,
  's',
);

/** The number that a text is, with its unit. A date, a time or a sentence is none. */
export function numberIn(text: string): { readonly value: number; readonly unit?: string } | undefined {
  const [, whole, exponent = '0', multiple = '', name] = quantity.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const value = Number(`${whole.replaceAll(',', '')}e${exponent}`) * (multiples[multiple] ?? 1);
  if (!Number.isFinite(value)) return undefined;
  const said = name?.trim();
  return { value, ...(said !== undefined && said !== '' && { unit: said }) };
}
