/**
 * onnxruntime lets go of WebGPU's device when the last session on it is released, and with it of every compiled shader.
 * Compiling is most of a network's first step (5.7 s instead of 0.3 s for the small test network on a software driver), and
 * a run opens a session for each look at its epochs; so a tiny session stays open between them, and for a while after.
 */
import type * as ort from 'onnxruntime-node';
import { anySize, Graph } from './graph';
import type { SessionSettings } from './session';

/** Then the memory on the device is given back. */
const lingerMs = 20_000;

let anchor: Promise<ort.InferenceSession> | undefined;
let users = 0;
let farewell: NodeJS.Timeout | undefined;

/** @returns what to call, once, when the device is no longer needed */
export async function keepAwake(
  create: (model: Uint8Array, settings: SessionSettings) => Promise<ort.InferenceSession>,
): Promise<() => void> {
  clearTimeout(farewell);
  users++;
  anchor ??= create(nothingGraph(), { device: 'webgpu', threads: 1 });
  try {
    await anchor;
  } catch (error) {
    users--;
    anchor = undefined;
    throw error;
  }
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    users--;
    if (users > 0) return;
    farewell = setTimeout(() => {
      // A device that was lost meanwhile has nothing to give back.
      void anchor?.then((session) => session.release()).catch(() => undefined);
      anchor = undefined;
    }, lingerMs);
    // Nothing waits for this at the end of the process.
    farewell.unref();
  };
}

function nothingGraph(): Uint8Array {
  const graph = new Graph();
  graph.output('same', graph.input('one', [anySize]));
  return graph.encode();
}
