/** The engine in this process; loaded only when needed, so that help and wrong options answer at once. */
import type { EngineApi, EngineEvents } from '../shared/contracts';

const silent: EngineEvents = {
  progress: () => undefined,
  changed: () => undefined,
  epoch: () => undefined,
  log: () => undefined,
};

export async function startEngine(events: EngineEvents = silent): Promise<EngineApi> {
  const { createEngine } = await import('../engine/service');
  return createEngine(events);
}
