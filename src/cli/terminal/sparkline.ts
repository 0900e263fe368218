const bars = [...'▁▂▃▄▅▆▇█'];

/**
 * One bar for each of the last `width` values, on a scale from 0 to `top`, or to the largest of them. What is above zero is never shown as
 * nothing: it has at least the second bar.
 */
export function sparkline(values: readonly number[], width: number, top = 0): string {
  const shown = width < 1 ? [] : values.slice(-width);
  const most = Math.max(top, ...shown);
  const bar = (value: number) => {
    const level = most <= 0 ? 0 : Math.round((value / most) * (bars.length - 1));
    return bars[Math.min(bars.length - 1, value > 0 ? Math.max(1, level) : 0)];
  };
  return shown.map(bar).join('');
}
