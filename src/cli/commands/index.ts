import type { Verb } from '../verb';
import { backend } from './backend';
import { bench } from './bench';
import { doctor } from './doctor';
import { epochs } from './epochs';
import { evaluate } from './evaluate';
import { exportRun } from './export';
import { groups } from './groups';
import { inspect } from './inspect';
import { latent } from './latent';
import { mark } from './mark';
import { merge } from './merge';
import { models } from './models';
import { preview } from './preview';
import { quarantine } from './quarantine';
import { rescore } from './rescore';
import { resume } from './resume';
import { scan } from './scan';
import { score } from './score';
import { threshold } from './threshold';
import { train } from './train';
import { undo } from './undo';

/** In the order of the help. */
export const verbs: readonly Verb[] = [
  scan,
  train,
  score,
  merge,
  rescore,
  threshold,
  evaluate,
  mark,
  groups,
  epochs,
  exportRun,
  quarantine,
  undo,
  resume,
  inspect,
  preview,
  latent,
  models,
  backend,
  doctor,
  bench,
];
