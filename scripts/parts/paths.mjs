import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {...string} parts relative to the checkout */
export const inRoot = (...parts) => path.join(root, ...parts);
