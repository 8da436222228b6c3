import { describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/organization/clock.ts';

describe('the clock', () => {
  it('stands until it is started, and then runs', async () => {
    const clock = new SandboxClock(new Date('2026-01-01T00:00:00Z'));
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:00.000Z');
    clock.start();
    await new Promise((resolve) => setTimeout(resolve, 15));
    const passed = clock.milliseconds() - Date.parse('2026-01-01T00:00:00Z');
    expect(passed).toBeGreaterThan(10);
    expect(passed).toBeLessThan(5_000);
  });

  it.each([[true], [false]])('can be set and advanced; stopped: %s', (stopped) => {
    const clock = new SandboxClock();
    if (stopped) clock.stop();
    clock.set(new Date('2030-01-01T00:00:00Z'));
    clock.advance(60_000);
    expect(clock.now().toISOString()).toMatch(/^2030-01-01T00:01:00/);
  });
});
