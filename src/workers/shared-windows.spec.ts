import { describe, expect, it } from 'vitest';
import { SharedWindows } from './shared-windows.js';

const NOW = 1_000_000;
const window = (tokens: string[], hits = 0) => ({
  name: '3/60:client',
  limit: 3,
  lengthMs: 60_000,
  hits,
  tokens,
});

describe('windows that all workers count in', () => {
  it('count a token once, whoever brings it, and hits as often as they come', () => {
    const windows = new SharedWindows();
    expect(windows.add(window(['a', 'b']), NOW).total).toBe(2);
    expect(windows.add(window(['b']), NOW).total).toBe(2);
    expect(windows.add(window([], 1), NOW)).toEqual({ total: 3, leftMs: 60_000, reached: true });
  });

  it('say once that the limit is reached, and take no more', () => {
    const windows = new SharedWindows();
    expect(windows.add(window([], 5), NOW).reached).toBe(true);
    expect(windows.add(window(['c'], 5), NOW)).toEqual({ total: 5, leftMs: 60_000, reached: false });
  });

  it('begin anew when they have ended', () => {
    const windows = new SharedWindows();
    windows.add(window(['a', 'b'], 4), NOW);
    expect(windows.add(window(['a']), NOW + 59_999).leftMs).toBe(1);
    expect(windows.add(window(['a']), NOW + 60_000)).toEqual({ total: 1, leftMs: 60_000, reached: false });
  });
});
